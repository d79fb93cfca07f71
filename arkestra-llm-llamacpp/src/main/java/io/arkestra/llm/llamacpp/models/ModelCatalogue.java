package io.arkestra.llm.llamacpp.models;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Model files that the host vouches for, read from a JSON file:
 * {@code {"models": [{"id", "file", "size", "sha256", "license", "licenseUrl", "minimumRam", "context", "roles", "urls"}]}}. Arkestra brings
 * none of its own. Immutable.
 */
public final class ModelCatalogue {
    private final Map<String, ModelEntry> entries = new LinkedHashMap<>();
    private final Optional<Path> source;

    private ModelCatalogue(Collection<ModelEntry> models, Optional<Path> source) {
        this.source = source;
        Map<String, String> files = new LinkedHashMap<>();
        for (ModelEntry entry : models) {
            if (entries.putIfAbsent(entry.id(), entry) != null) {
                throw new ModelStoreException("catalogue", "The catalogue names the model '" + entry.id() + "' twice.");
            }
            String other = files.putIfAbsent(entry.file(), entry.id());
            if (other != null) {
                throw new ModelStoreException(
                        "catalogue",
                        "The models '" + other + "' and '" + entry.id() + "' of the catalogue have the same file "
                                + entry.file() + ".");
            }
        }
    }

    /** A catalogue without models; addresses can still be pulled. */
    public static ModelCatalogue empty() {
        return new ModelCatalogue(List.of(), Optional.empty());
    }

    /** A catalogue of these entries; ids and files are distinct. */
    public static ModelCatalogue of(Collection<ModelEntry> models) {
        return new ModelCatalogue(models, Optional.empty());
    }

    /** Reads a catalogue. @throws ModelStoreException naming the file and what is wrong in it */
    public static ModelCatalogue read(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw ModelStoreException.files("Reading the catalogue " + file, e);
        }
        try {
            List<ModelEntry> models = Json.parse(text).list("models").stream()
                    .map(ModelCatalogue::entry)
                    .toList();
            return new ModelCatalogue(models, Optional.of(file.toAbsolutePath()));
        } catch (ArkestraException e) {
            throw new ModelStoreException(
                    "catalogue", "The catalogue " + file + " cannot be used: " + e.getMessage(), false, e);
        }
    }

    /** The entries, in the order of the file. */
    public List<ModelEntry> entries() {
        return List.copyOf(entries.values());
    }

    /** The entry with this id. */
    public Optional<ModelEntry> find(String id) {
        return Optional.ofNullable(entries.get(id));
    }

    /** The file that it was read from. */
    Optional<Path> source() {
        return source;
    }

    private static ModelEntry entry(Json json) {
        Optional<Long> context = json.integer("context");
        return new ModelEntry(
                json.text("id"),
                json.text("file"),
                number(json.integer("size")),
                json.string("sha256"),
                json.string("license"),
                json.string("licenseUrl"),
                number(json.integer("minimumRam")),
                context.isEmpty()
                        ? OptionalInt.empty()
                        : OptionalInt.of((int) Math.min(context.get(), Integer.MAX_VALUE)),
                json.list("roles").stream().map(Json::asString).toList(),
                json.list("urls").stream().map(Json::asString).toList());
    }

    private static OptionalLong number(Optional<Long> value) {
        return value.isEmpty() ? OptionalLong.empty() : OptionalLong.of(value.get());
    }
}
