package io.arkestra.embedding.onnx.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads the description of a user's model, a JSON file beside it. {@code type} is {@code embedding} unless it says
 * {@code cross-encoder}; {@code pooling} is {@code mean}, {@code cls} or {@code last-token}; {@code output} names the output to read, by
 * default {@code sentence_embedding} or {@code last_hidden_state}; {@code dimension} keeps the leading numbers of each vector;
 * {@code quantised} is found out from the file unless given; {@code languages} are believed where there is no self-test:
 *
 * <pre>{@code
 * {"name": "multilingual-e5-small", "model": "model.onnx", "tokenizer": "tokenizer.json", "pooling": "mean",
 *  "queryPrefix": "query: ", "passagePrefix": "passage: ", "maxTokens": 512, "quantised": false, "languages": ["en", "ru"]}
 * }</pre>
 */
final class ModelManifest {
    private static final Set<String> KEYS = Set.of(
            "name",
            "type",
            "model",
            "tokenizer",
            "pooling",
            "queryPrefix",
            "passagePrefix",
            "maxTokens",
            "quantised",
            "output",
            "dimension",
            "normalise",
            "languages");

    private final Path file;
    private final Json json;
    private final String type;
    private final List<String> problems = new ArrayList<>();

    private ModelManifest(Path file, Json json, String type) {
        this.file = file;
        this.json = json;
        this.type = type;
    }

    /** @throws ConfigException telling everything that is wrong */
    static ModelSpec read(Path file) {
        return read(file, "embedding");
    }

    /** @throws ConfigException telling everything that is wrong */
    static ModelSpec readCrossEncoder(Path file) {
        return read(file, "cross-encoder");
    }

    private static ModelSpec read(Path file, String type) {
        if (!Files.isRegularFile(file)) {
            throw new ConfigException(
                    type.equals("embedding")
                            ? "'" + file + "' is neither a known model (" + String.join(", ", KnownModel.names())
                                    + ") nor the path of a manifest"
                            : "There is no manifest '" + file + "'");
        }
        if (isModel(file)) {
            throw new ConfigException("'" + file + "' is a model; expected its manifest, a JSON file such as"
                    + " {\"name\": \"my-model\", \"model\": \"" + file.getFileName()
                    + "\", \"tokenizer\": \"tokenizer.json\", \"maxTokens\": 512}. Write one beside it and name that");
        }
        try {
            Json json = Json.parse(Files.readString(file));
            if (!json.isObject()) {
                throw new ConfigException(file + " is " + json.kind() + "; expected a JSON object");
            }
            return new ModelManifest(file, json, type).spec();
        } catch (IOException e) {
            throw new ConfigException("The manifest " + file + " cannot be read (" + e + ")", e);
        } catch (InvalidInputException e) {
            throw new ConfigException("The manifest " + file + " is not valid JSON: " + e.getMessage(), e);
        }
    }

    private static boolean isModel(Path file) {
        return file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
    }

    private ModelSpec spec() {
        json.members().keySet().stream()
                .filter(key -> !KEYS.contains(key))
                .sorted()
                .forEach(key -> problems.add("'" + key + "' is not a known key; allowed: "
                        + String.join(", ", KEYS.stream().sorted().toList())));
        String name = text("name").orElse("");
        if (!name.matches("[a-z0-9][a-z0-9._-]{0,60}")) {
            problems.add("'name' is '" + name + "'; expected lower-case letters, digits, dots and dashes, at most 61");
        }
        Path model = path("model");
        Path tokenizer = path("tokenizer");
        ModelSpec.Pooling pooling = pooling();
        long most = number("maxTokens", 16, 512);
        long dimension = number("dimension", 1, 0);
        String said = text("type").orElse(type);
        if (!said.equals(type)) {
            problems.add("'type' is '" + said + "'; expected '" + type + "' here");
        }
        if (!flag("normalise").orElse(true)) {
            problems.add("'normalise' is false; expected true, because all vectors have length 1 here");
        }
        Optional<Boolean> quantised = flag("quantised");
        Set<Locale> languages = languages();
        if (!problems.isEmpty()) {
            throw new ConfigException("The manifest " + file + " is wrong: " + String.join("; ", problems));
        }
        return new ModelSpec(
                name,
                model,
                tokenizer,
                pooling,
                text("queryPrefix").orElse(""),
                text("passagePrefix").orElse(""),
                (int) most,
                quantised.orElseGet(() -> ModelDigest.read(model).quantised()),
                text("output"),
                dimension == 0 ? OptionalInt.empty() : OptionalInt.of((int) dimension),
                Optional.of(file),
                languages);
    }

    private Set<Locale> languages() {
        Optional<Json> value = json.get("languages");
        List<Json> items = value.filter(Json::isArray).map(Json::items).orElse(List.of());
        boolean tags = items.stream().allMatch(item -> item.isString() && isLanguage(item.asString()));
        if (value.isPresent() && (!value.get().isArray() || !tags)) {
            problems.add(
                    "'languages' is " + value.get() + "; expected a list of language tags, such as [\"en\", \"ru\"]");
            return Set.of();
        }
        return items.stream()
                .map(item -> Locale.forLanguageTag(item.asString()))
                .collect(Collectors.toSet());
    }

    private static boolean isLanguage(String tag) {
        return !Locale.forLanguageTag(tag).getLanguage().isEmpty();
    }

    private Optional<String> text(String key) {
        Optional<Json> value = json.get(key);
        if (value.isPresent() && !value.get().isString()) {
            problems.add("'" + key + "' is " + value.get() + "; expected a text");
            return Optional.empty();
        }
        return value.map(Json::asString);
    }

    private Path path(String key) {
        Path directory = file.toAbsolutePath().getParent();
        Optional<String> name = text(key);
        if (name.isEmpty()) {
            problems.add("'" + key + "' is missing; expected the path of a file, relative to the manifest");
            return directory;
        }
        Path path = directory.resolve(name.get());
        if (!Files.isRegularFile(path)) {
            problems.add("'" + key + "' is '" + name.get() + "', but there is no file " + path);
        }
        return path;
    }

    private ModelSpec.Pooling pooling() {
        String word = text("pooling").orElse("mean").toLowerCase(Locale.ROOT);
        return switch (word) {
            case "mean" -> ModelSpec.Pooling.MEAN;
            case "cls" -> ModelSpec.Pooling.CLS;
            case "last", "last-token" -> ModelSpec.Pooling.LAST;
            default -> {
                problems.add("'pooling' is '" + word + "'; expected mean, cls or last-token");
                yield ModelSpec.Pooling.MEAN;
            }
        };
    }

    private long number(String key, long least, long usual) {
        Optional<Json> value = json.get(key);
        if (value.isEmpty()) {
            return usual;
        }
        if (!value.get().isInteger()
                || value.get().asDecimal().longValue() < least
                || value.get().asDecimal().longValue() > 1_000_000) {
            problems.add("'" + key + "' is " + value.get() + "; expected a whole number from " + least + " to 1000000");
            return usual;
        }
        return value.get().asLong();
    }

    private Optional<Boolean> flag(String key) {
        Optional<Json> value = json.get(key);
        if (value.isPresent() && !value.get().isBoolean()) {
            problems.add("'" + key + "' is " + value.get() + "; expected true or false");
        }
        return value.filter(Json::isBoolean).map(Json::asBoolean);
    }
}
