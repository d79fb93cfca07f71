package io.arkestra.llm.llamacpp.server.internal;

import io.arkestra.common.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The llama-server executable of this machine. Nothing is ever downloaded. */
public final class ServerBinary {
    /** The build whose options and answers were observed; older ones may not know all of them. */
    public static final int OLDEST_BUILD = 10_573;

    private static final Pattern BUILD = Pattern.compile("version:\\s*(?:b)?(\\d{3,7})");
    private static final long VERSION_SECONDS = 30;

    private ServerBinary() {}

    /**
     * The executable: in a directory of PATH, or in the directory that the application was started in.
     *
     * @param path the variable PATH; may be null
     */
    public static Optional<Path> find(@Nullable String path) {
        String name = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows")
                ? "llama-server.exe"
                : "llama-server";
        List<String> places = new ArrayList<>();
        if (path != null) {
            places.addAll(List.of(path.split(Pattern.quote(java.io.File.pathSeparator))));
        }
        places.removeIf(String::isBlank);
        places.add(System.getProperty("user.dir", "."));
        return places.stream()
                .map(place -> Path.of(place).resolve(name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    /**
     * Asks the executable for its build.
     *
     * @throws ConfigException when it cannot be run, does not tell, or is too old
     */
    public static int build(Path binary) {
        String said;
        try {
            Process process = ServerArguments.process(
                            List.of(binary.toAbsolutePath().toString(), "--version"))
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            boolean ended = process.waitFor(VERSION_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly();
                throw new ConfigException(
                        "'" + binary + " --version' does not end; expected an executable llama-server");
            }
            try (InputStream in = process.getInputStream()) {
                said = new String(in.readNBytes(64 * 1024), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new ConfigException("'" + binary + "' cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfigException("Interrupted while '" + binary + "' was asked for its version", e);
        }
        Matcher matcher = BUILD.matcher(said);
        if (!matcher.find()) {
            throw new ConfigException(
                    "'" + binary + " --version' tells no version; expected a llama-server of llama.cpp");
        }
        int build = Integer.parseInt(matcher.group(1));
        if (build < OLDEST_BUILD) {
            throw new ConfigException("'" + binary + "' is build " + build + " of llama.cpp; expected " + OLDEST_BUILD
                    + " or later, so update it");
        }
        return build;
    }
}
