package io.arkestra.testkit;

import io.arkestra.common.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/**
 * Real ONNX models of some kilobytes, for tests without downloaded weights. Every word has a fixed random vector, nearly at right angles to
 * all others, and special and unknown tokens have none: so what the models measure is the overlap of words, and a test can tell which text
 * has to come first. Immutable.
 *
 * <p>Written by the format of ONNX (opset 11); nothing but this class is needed to make one, and ONNX Runtime to run it.
 */
public final class TinyOnnx {
    /** Length of the vectors. */
    public static final int DIMENSION = 64;

    private static final List<String> SPECIAL = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]");
    private static final int FLOAT = 1;
    private static final int INT64 = 7;
    private static final int ATTRIBUTE_INT = 2;
    private static final int ATTRIBUTE_INTS = 7;

    private final List<String> vocabulary;

    private TinyOnnx(List<String> vocabulary) {
        this.vocabulary = List.copyOf(vocabulary);
    }

    /** A model that knows the words of these texts, in any language whose words are separated by blanks or punctuation. */
    public static TinyOnnx ofTexts(Collection<String> texts) {
        Set<String> words = new LinkedHashSet<>(SPECIAL);
        for (String text : texts) {
            for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")) {
                if (!word.isEmpty()) {
                    words.add(word);
                }
            }
        }
        return new TinyOnnx(new ArrayList<>(words));
    }

    /** Inputs {@code input_ids}, {@code attention_mask}; output {@code last_hidden_state} of shape texts × tokens × {@value #DIMENSION}. */
    public byte[] biEncoder() {
        ProtoWriter graph = new ProtoWriter();
        graph.message(1, node("Gather", List.of("table", "input_ids"), "rows"));
        graph.message(1, cast("attention_mask", "mask"));
        graph.message(1, axes("Unsqueeze", "mask", "mask3", 2));
        graph.message(1, node("Mul", List.of("rows", "mask3"), "last_hidden_state"));
        graph.text(2, "bi-encoder").message(5, table());
        graph.message(11, value("input_ids", INT64, "texts", "tokens"));
        graph.message(11, value("attention_mask", INT64, "texts", "tokens"));
        graph.message(12, value("last_hidden_state", FLOAT, "texts", "tokens", DIMENSION));
        return model(graph);
    }

    /**
     * Inputs {@code input_ids}, {@code attention_mask}, {@code token_type_ids}; output {@code logits} of shape texts × 1: about how many
     * words of the first segment are in the second.
     */
    public byte[] crossEncoder() {
        ProtoWriter graph = new ProtoWriter();
        graph.message(1, node("Gather", List.of("table", "input_ids"), "rows"));
        graph.message(1, cast("attention_mask", "mask"));
        graph.message(1, cast("token_type_ids", "types"));
        graph.message(1, node("Mul", List.of("types", "mask"), "second"));
        graph.message(1, node("Sub", List.of("mask", "second"), "first"));
        graph.message(1, axes("Unsqueeze", "first", "first3", 1));
        graph.message(1, axes("Unsqueeze", "second", "second3", 1));
        graph.message(1, node("MatMul", List.of("first3", "rows"), "sum1"));
        graph.message(1, node("MatMul", List.of("second3", "rows"), "sum2"));
        graph.message(1, node("Mul", List.of("sum1", "sum2"), "product"));
        graph.message(1, axes("ReduceSum", "product", "logits", 2).message(5, attribute("keepdims", 0)));
        graph.text(2, "cross-encoder").message(5, table());
        for (String input : List.of("input_ids", "attention_mask", "token_type_ids")) {
            graph.message(11, value(input, INT64, "texts", "tokens"));
        }
        graph.message(12, value("logits", FLOAT, "texts", 1));
        return model(graph);
    }

    /** The {@code tokenizer.json}: word pieces of BERT, lower-cased, with accents kept; every word is one piece. */
    public String tokenizer() {
        Json.ObjectBuilder pieces = Json.object();
        for (int id = 0; id < vocabulary.size(); id++) {
            pieces.put(vocabulary.get(id), id);
        }
        String special = "{\"id\":\"%s\",\"ids\":[%d],\"tokens\":[\"%s\"]}";
        String start = "{\"SpecialToken\":{\"id\":\"[CLS]\",\"type_id\":0}}";
        String first =
                "{\"Sequence\":{\"id\":\"A\",\"type_id\":0}},{\"SpecialToken\":{\"id\":\"[SEP]\",\"type_id\":0}}";
        String second =
                "{\"Sequence\":{\"id\":\"B\",\"type_id\":1}},{\"SpecialToken\":{\"id\":\"[SEP]\",\"type_id\":1}}";
        return "{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":[],"
                + "\"normalizer\":{\"type\":\"BertNormalizer\",\"clean_text\":true,\"handle_chinese_chars\":true,"
                + "\"strip_accents\":false,\"lowercase\":true},"
                + "\"pre_tokenizer\":{\"type\":\"BertPreTokenizer\"},"
                + "\"post_processor\":{\"type\":\"TemplateProcessing\",\"single\":[" + start + "," + first
                + "],\"pair\":[" + start + "," + first + "," + second + "],\"special_tokens\":{\"[CLS]\":"
                + special.formatted("[CLS]", 2, "[CLS]") + ",\"[SEP]\":" + special.formatted("[SEP]", 3, "[SEP]")
                + "}},\"decoder\":null,\"model\":{\"type\":\"WordPiece\",\"unk_token\":\"[UNK]\","
                + "\"continuing_subword_prefix\":\"##\",\"max_input_chars_per_word\":100,\"vocab\":" + pieces.build()
                + "}}";
    }

    /** Puts the bi-encoder, its tokenizer and a manifest into a directory. Returns the manifest. */
    public Path writeBiEncoder(Path directory) {
        return write(directory, biEncoder(), "embedding");
    }

    /** Puts the cross-encoder, its tokenizer and a manifest into a directory. Returns the manifest. */
    public Path writeCrossEncoder(Path directory) {
        return write(directory, crossEncoder(), "cross-encoder");
    }

    private Path write(Path directory, byte[] model, String type) {
        try {
            Files.createDirectories(directory);
            Files.write(directory.resolve("model.onnx"), model);
            Files.writeString(directory.resolve("tokenizer.json"), tokenizer());
            Json manifest = Json.object()
                    .put("name", "tiny-" + type)
                    .put("type", type)
                    .put("model", "model.onnx")
                    .put("tokenizer", "tokenizer.json")
                    .put("maxTokens", 64)
                    .build();
            return Files.writeString(directory.resolve("manifest.json"), manifest.pretty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ProtoWriter table() {
        Random random = new Random(20_261_121);
        ByteBuffer rows = ByteBuffer.allocate(4 * DIMENSION * vocabulary.size()).order(ByteOrder.LITTLE_ENDIAN);
        float scale = (float) (1 / Math.sqrt(DIMENSION));
        for (int id = 0; id < vocabulary.size(); id++) {
            for (int i = 0; i < DIMENSION; i++) {
                float value = (random.nextBoolean() ? 1 : -1) * scale;
                rows.putFloat(id < SPECIAL.size() ? 0 : value);
            }
        }
        return new ProtoWriter()
                .number(1, vocabulary.size())
                .number(1, DIMENSION)
                .number(2, FLOAT)
                .text(8, "table")
                .bytes(9, rows.array());
    }

    private static ProtoWriter node(String operator, List<String> inputs, String output) {
        ProtoWriter node = new ProtoWriter();
        inputs.forEach(input -> node.text(1, input));
        return node.text(2, output).text(4, operator);
    }

    private static ProtoWriter cast(String input, String output) {
        return node("Cast", List.of(input), output).message(5, attribute("to", FLOAT));
    }

    private static ProtoWriter axes(String operator, String input, String output, int axis) {
        ProtoWriter axes = new ProtoWriter().text(1, "axes").number(8, axis).number(20, ATTRIBUTE_INTS);
        return node(operator, List.of(input), output).message(5, axes);
    }

    private static ProtoWriter attribute(String name, long value) {
        return new ProtoWriter().text(1, name).number(3, value).number(20, ATTRIBUTE_INT);
    }

    /** @param shape names of what may differ and fixed sizes */
    private static ProtoWriter value(String name, int type, Object... shape) {
        ProtoWriter dimensions = new ProtoWriter();
        for (Object size : shape) {
            dimensions.message(
                    1,
                    size instanceof Integer fixed
                            ? new ProtoWriter().number(1, fixed)
                            : new ProtoWriter().text(2, size.toString()));
        }
        ProtoWriter tensor = new ProtoWriter().number(1, type).message(2, dimensions);
        return new ProtoWriter().text(1, name).message(2, new ProtoWriter().message(1, tensor));
    }

    private static byte[] model(ProtoWriter graph) {
        return new ProtoWriter()
                .number(1, 6)
                .text(2, "arkestra-testkit")
                .message(7, graph)
                .message(8, new ProtoWriter().text(1, "").number(2, 11))
                .toBytes();
    }
}
