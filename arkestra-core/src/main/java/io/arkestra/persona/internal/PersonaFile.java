package io.arkestra.persona.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.config.internal.SettingsFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A {@code persona.yaml}: who the assistant is, in parts that are each read by the class that goes by them. A host's file need not hold
 * every part; what it leaves out is as shipped. Not thread-safe; used while the engine is opened.
 */
public final class PersonaFile {
    /** Name of the file in a directory. */
    public static final String FILE = "persona.yaml";

    private static final String SCHEMA = "persona.schema.json";
    private static final int MOST_BYTES = 64 * 1024;

    private final String origin;
    private final SettingsFile settings;
    private final @Nullable Path directory;

    private PersonaFile(String origin, SettingsFile settings, @Nullable Path directory) {
        this.origin = origin;
        this.settings = settings;
        this.directory = directory;
    }

    /** The persona that comes with the engine. */
    public static PersonaFile shipped() {
        return new PersonaFile("shipped", SettingsFile.shipped(PersonaFile.class, FILE, SCHEMA), null);
    }

    /** The file that a path means: itself, or the one named {@code persona.yaml} when it is a directory. */
    public static Path at(Path path) {
        return (Files.isDirectory(path) ? path.resolve(FILE) : path)
                .toAbsolutePath()
                .normalize();
    }

    /**
     * The host's.
     *
     * @param path the file, or a directory that holds one named {@code persona.yaml}
     * @throws ConfigException when it cannot be read, is not YAML, has an unknown key or a wrong value, or texts without a version
     */
    public static PersonaFile read(Path path) {
        Path file = at(path);
        if (!Files.isRegularFile(file)) {
            throw new ConfigException("There is no persona file " + file
                    + "; write one, or take persona.file out of the configuration to use the shipped persona");
        }
        SettingsFile settings = SettingsFile.read(file, PersonaFile.class, SCHEMA);
        PersonaFile persona = new PersonaFile(file.toString(), settings, file.getParent());
        boolean speaks = persona.value("/prompts").isPresent()
                || persona.value("/onboarding").isPresent();
        if (speaks && persona.text("/version").isEmpty()) {
            persona.problem(
                    "",
                    "'version' is missing; expected the version of this persona, a text such as \"1\" that you change with it");
            persona.check();
        }
        return persona;
    }

    /** Of the texts: whoever changes one names another version, and traces tell it. The shipped one when the file has no texts. */
    public String version() {
        return text("/version")
                .orElseGet(() -> directory == null ? "" : shipped().version());
    }

    /** The assistant's name, when the file gives one. */
    public Optional<String> name() {
        return text("/name").map(String::strip);
    }

    /** The file, or that it is the shipped one. */
    public String origin() {
        return origin;
    }

    /** A part as this file has it, else as shipped. */
    public Json part(String key) {
        return value("/" + key)
                .or(() -> shipped().value("/" + key))
                .orElseThrow(() -> new IllegalStateException("The shipped persona has no part " + key));
    }

    /** The text at a pointer, when the file has one there. */
    Optional<String> text(String pointer) {
        return value(pointer).map(Json::asString);
    }

    /** The value at a pointer, when the file has one there. */
    Optional<Json> value(String pointer) {
        return settings.json().at(pointer).filter(value -> !value.isNull());
    }

    /** Notes something wrong with the value at a pointer. */
    void problem(String pointer, String message) {
        settings.problem(pointer, message);
    }

    /** @throws ConfigException with everything that was noted */
    void check() {
        settings.check();
    }

    /**
     * A text and where it comes from.
     *
     * @param name of the file, for messages
     * @param text its contents
     */
    record NamedText(String name, String text) {}

    /** The text in the file that the value at a pointer names, beside this file; empty after a problem was noted. */
    Optional<NamedText> textBeside(String pointer) {
        String name = text(pointer).orElse("");
        if (directory == null) {
            return Optional.of(new NamedText("the shipped " + name, resource(name)));
        }
        try {
            Path file = directory.resolve(name).normalize();
            if (!Files.isRegularFile(file)) {
                problem(
                        pointer,
                        "the template " + file
                                + " does not exist; write it, or leave the prompt out to use the shipped one");
                return Optional.empty();
            }
            return Optional.of(new NamedText(file.toString(), read(file, pointer)));
        } catch (InvalidPathException e) {
            problem(pointer, "'" + name + "' cannot be the name of a file; expected one beside " + FILE);
        } catch (CharacterCodingException e) {
            problem(pointer, "the template '" + name + "' is not UTF-8 text; save it as UTF-8");
        } catch (IOException e) {
            problem(pointer, "the template '" + name + "' cannot be read (" + e + ")");
        }
        return Optional.empty();
    }

    private String read(Path file, String pointer) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                problem(pointer, "the template " + file + " is larger than " + MOST_BYTES / 1024 + " KiB");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        }
    }

    private static String resource(String name) {
        try (InputStream in = PersonaFile.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("Resource " + name + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
