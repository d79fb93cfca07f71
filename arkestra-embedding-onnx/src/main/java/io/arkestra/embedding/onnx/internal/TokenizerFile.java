package io.arkestra.embedding.onnx.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.embedding.EmbeddingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code tokenizer.json} and {@code vocab.txt}. */
final class TokenizerFile {
    private TokenizerFile() {}

    /** The tokenizer in a file: word pieces by ourselves, anything else by the library of Hugging Face, if that is there. */
    static TextTokenizer open(Path file) {
        if (file.getFileName().toString().endsWith(".txt")) {
            return vocabulary(file);
        }
        Json json = parse(file);
        String type = json.get("model").flatMap(model -> model.string("type")).orElse("");
        return type.equals("WordPiece") ? wordPiece(file, json) : HuggingFaceTokenizer.open(file);
    }

    private static Json parse(Path file) {
        try {
            return Json.parse(Files.readString(file));
        } catch (IOException e) {
            throw new EmbeddingException("missing", "The tokenizer " + file + " cannot be read (" + e + ")", e);
        } catch (InvalidInputException e) {
            throw new EmbeddingException("model", "The tokenizer " + file + " is not valid JSON: " + e.getMessage(), e);
        }
    }

    private static TextTokenizer vocabulary(Path file) {
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            Map<String, Integer> vocabulary = new HashMap<>(lines.size() * 2);
            for (int i = 0; i < lines.size(); i++) {
                vocabulary.put(lines.get(i), i);
            }
            return new WordPiece(vocabulary, WordPieceSettings.uncased());
        } catch (IOException e) {
            throw new EmbeddingException("missing", "The vocabulary " + file + " cannot be read (" + e + ")", e);
        }
    }

    private static TextTokenizer wordPiece(Path file, Json json) {
        Json model = json.get("model").orElseThrow();
        Map<String, Json> members =
                model.get("vocab").filter(Json::isObject).map(Json::members).orElse(Map.of());
        if (members.isEmpty()) {
            throw new EmbeddingException("model", "The tokenizer " + file + " has no vocabulary", null);
        }
        Map<String, Integer> vocabulary = new HashMap<>(members.size() * 2);
        members.forEach((piece, id) -> vocabulary.put(piece, id.asInt()));
        Optional<Json> normalizer = json.get("normalizer").filter(Json::isObject);
        String kind = normalizer.flatMap(value -> value.string("type")).orElse("");
        if (!kind.equals("BertNormalizer")) {
            return HuggingFaceTokenizer.open(file);
        }
        boolean lower = flag(normalizer, "lowercase", true);
        return new WordPiece(
                vocabulary,
                new WordPieceSettings(
                        lower,
                        flag(normalizer, "strip_accents", lower),
                        flag(normalizer, "clean_text", true),
                        flag(normalizer, "handle_chinese_chars", true),
                        model.string("continuing_subword_prefix").orElse("##"),
                        model.integer("max_input_chars_per_word").orElse(100L).intValue(),
                        model.string("unk_token").orElse("[UNK]"),
                        "[CLS]",
                        "[SEP]"));
    }

    private static boolean flag(Optional<Json> object, String name, boolean fallback) {
        return object.flatMap(value -> value.get(name))
                .filter(Json::isBoolean)
                .map(Json::asBoolean)
                .orElse(fallback);
    }
}
