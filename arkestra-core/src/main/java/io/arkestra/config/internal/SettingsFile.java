package io.arkestra.config.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A YAML file with a schema of its own: valid when it could be read, and able to say where each value stands. Not thread-safe.
 */
public final class SettingsFile {
    private final YamlDocument document;
    private final List<Problem> problems = new ArrayList<>();

    private SettingsFile(YamlDocument document, ConfigurationSchema schema) {
        this.document = document;
        problems.addAll(document.problems());
        for (ConfigurationSchema.Violation violation : schema.violations(json())) {
            problems.add(
                    violation.unknownKey()
                            ? document.atKey(violation.pointer(), violation.message())
                            : document.atValue(violation.pointer(), violation.message()));
        }
        check();
    }

    private SettingsFile(YamlDocument document) {
        this.document = document;
        problems.addAll(document.problems());
    }

    /**
     * Reads text whose keys the caller checks itself.
     *
     * @param name of the file, for messages
     * @param mostNodes the most values that it may hold
     * @throws ConfigException when it is not YAML
     */
    public static SettingsFile parse(String name, String text, int mostNodes) {
        return new SettingsFile(YamlDocument.parse(name, text, mostNodes));
    }

    /**
     * Reads a file.
     *
     * @param owner the class beside which the schema is a resource
     * @throws ConfigException telling everything that is wrong, each with its place and what is allowed there
     */
    public static SettingsFile read(Path file, Class<?> owner, String schema) {
        return new SettingsFile(YamlDocument.read(file), ConfigurationSchema.load(owner, schema));
    }

    /**
     * Reads a text.
     *
     * @param name for messages
     * @param owner the class beside which the schema is a resource
     * @throws ConfigException telling everything that is wrong, each with its place and what is allowed there
     */
    public static SettingsFile parse(String name, String text, Class<?> owner, String schema) {
        return new SettingsFile(YamlDocument.parse(name, text), ConfigurationSchema.load(owner, schema));
    }

    /** What a YAML text holds, whatever that is. */
    public static Json peek(String name, String text) {
        return YamlDocument.parse(name, text).json();
    }

    /** Reads a file that ships in the jar, beside its owner. */
    public static SettingsFile shipped(Class<?> owner, String file, String schema) {
        try (InputStream in =
                Objects.requireNonNull(owner.getResourceAsStream(file), file + " is missing from the jar")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new SettingsFile(
                    YamlDocument.parse("the shipped " + file, text), ConfigurationSchema.load(owner, schema));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it holds; an empty object for an empty file. */
    public Json json() {
        return document.json().isNull() ? Json.emptyObject() : document.json();
    }

    /** Notes something wrong that a schema cannot tell, at the value of a pointer or what is nearest around it. */
    public void problem(String pointer, String message) {
        String place = pointer;
        while (!place.isEmpty() && !document.knows(place)) {
            place = place.substring(0, place.lastIndexOf('/'));
        }
        problems.add(document.atValue(place, message));
    }

    /** Notes something wrong with a key. */
    public void keyProblem(String pointer, String message) {
        problems.add(document.atKey(pointer, message));
    }

    /** File, line and column of the value at a pointer. */
    public String place(String pointer) {
        return document.place(pointer);
    }

    /** Line of the value at a pointer; 0 when there is none. */
    public int line(String pointer) {
        return document.line(pointer);
    }

    /** Whether nothing wrong was noted yet. */
    public boolean clean() {
        return problems.isEmpty();
    }

    /** @throws ConfigException with everything that was noted, if anything was */
    public void check() {
        if (!problems.isEmpty()) {
            throw Problem.exception(problems);
        }
    }
}
