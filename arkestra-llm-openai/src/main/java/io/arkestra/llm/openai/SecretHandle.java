package io.arkestra.llm.openai;

import io.arkestra.common.ConfigException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Says where a secret is: {@code env://NAME} or {@code file:PATH}. The secret itself is refused, because settings are shown, logged and
 * committed; what was given is in no message.
 */
final class SecretHandle {
    private static final String VARIABLE = "env://";
    private static final String FILE = "file:";
    private static final long LARGEST_FILE = 8 * 1024;

    private SecretHandle() {}

    /**
     * Reads the secret each time it is asked, so that a new one is used from the next call on; once at once, to tell what is wrong.
     *
     * @param key the setting, for messages
     * @throws ConfigException when it is no handle, or there is no secret
     */
    static Supplier<Optional<String>> of(String key, String handle, Function<String, Optional<String>> environment) {
        Supplier<Optional<String>> secret;
        if (handle.startsWith(VARIABLE)) {
            String name = handle.substring(VARIABLE.length());
            secret = () -> environment.apply(name).filter(value -> !value.isBlank());
            if (!name.matches("[A-Za-z_][A-Za-z0-9_]*") || secret.get().isEmpty()) {
                throw new ConfigException(key + " names an environment variable that is not set"
                        + (name.matches("[A-Z_][A-Z0-9_]*") ? ": " + name : "") + "; set it and start again");
            }
        } else if (handle.startsWith(FILE)) {
            Path file = path(key, handle);
            secret = () -> Optional.of(read(key, file));
            secret.get();
        } else {
            throw new ConfigException(key + " is not of the form env://NAME or file:PATH (what it is, is not shown)."
                    + " A key itself does not belong into settings: put it into a variable or a file");
        }
        return secret;
    }

    private static Path path(String key, String handle) {
        try {
            return handle.startsWith("file:/") ? Path.of(URI.create(handle)) : Path.of(handle.substring(FILE.length()));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(key + " is not the name of a file; expected file:PATH");
        }
    }

    private static String read(String key, Path file) {
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw new ConfigException(
                        key + ": " + file + " is larger than 8 KiB; expected a file with a key alone");
            }
            String text = Files.readString(file).strip();
            if (text.isEmpty()) {
                throw new ConfigException(key + ": " + file + " is empty; expected a file with a key alone");
            }
            return text;
        } catch (IOException e) {
            throw new ConfigException(
                    key + ": " + file + " cannot be read (" + e.getClass().getSimpleName() + ")", e);
        }
    }
}
