package io.arkestra.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/**
 * Real GGUF models of some hundred kilobytes that llama.cpp loads and runs, for tests without downloaded weights. Immutable.
 *
 * <p>Run them with one thread: the models are so small that threads only wait for each other. Their tokenizer makes one token of every
 * byte of a prompt, so a context has to hold as many tokens as the prompt has bytes.
 */
public final class TinyGguf {
    private final byte[] file;

    private TinyGguf(GgufWriter file) {
        this.file = file.toBytes();
    }

    /**
     * A llama model that answers any prompt, at temperature 0, with exactly this text and then ends. A bigram machine: what it writes next
     * depends only on the token before, so the text is cut into pieces of which no two are equal.
     *
     * @param text any text but a single line break
     */
    public static TinyGguf saying(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (text.equals("\n")) {
            throw new IllegalArgumentException(
                    "A scripted model cannot say a single line break, because every prompt ends with one; add a character");
        }
        List<byte[]> pieces = ScriptPieces.of(text);
        int vocabulary = ByteVocabulary.BYTES_END + pieces.size();
        int[] next = new int[vocabulary];
        int first = pieces.isEmpty() ? ByteVocabulary.END : ByteVocabulary.BYTES_END;
        if (bytes.length == 1) {
            first = ByteVocabulary.FIRST_BYTE + (bytes[0] & 0xff);
        }
        Arrays.fill(next, first);
        for (int piece = 0; piece < pieces.size(); piece++) {
            int token = ByteVocabulary.BYTES_END + piece;
            next[token] = piece + 1 < pieces.size() ? token + 1 : ByteVocabulary.END;
        }
        if (bytes.length == 1) {
            next[first] = ByteVocabulary.END;
        }
        return new TinyGguf(bigrams(pieces, next));
    }

    /**
     * A llama model that writes the same text over and over and never ends: for cancelling and for limits.
     *
     * @param text at least two bytes
     */
    public static TinyGguf repeating(String text) {
        List<byte[]> pieces = ScriptPieces.of(text);
        if (pieces.isEmpty()) {
            throw new IllegalArgumentException("A text to repeat needs at least two bytes, but it is '" + text + "'");
        }
        int[] next = new int[ByteVocabulary.BYTES_END + pieces.size()];
        Arrays.fill(next, ByteVocabulary.BYTES_END);
        for (int token = ByteVocabulary.BYTES_END; token + 1 < next.length; token++) {
            next[token] = token + 1;
        }
        return new TinyGguf(bigrams(pieces, next));
    }

    /**
     * A llama model that writes this text and then goes on without ever writing anything that can be seen: for waiting in vain. Only the
     * limit of tokens ends it, some thousands of which take seconds.
     *
     * @param text empty, or at least two bytes
     */
    public static TinyGguf fallingSilentAfter(String text) {
        List<byte[]> pieces = ScriptPieces.of(text);
        if (pieces.isEmpty() && !text.isEmpty()) {
            throw new IllegalArgumentException(
                    "A text before silence needs at least two bytes, but it is '" + text + "'");
        }
        int[] next = new int[ByteVocabulary.BYTES_END + pieces.size()];
        Arrays.fill(next, pieces.isEmpty() ? ByteVocabulary.SILENT : ByteVocabulary.BYTES_END);
        for (int token = ByteVocabulary.BYTES_END; token < next.length; token++) {
            next[token] = token + 1 < next.length ? token + 1 : ByteVocabulary.SILENT;
        }
        next[ByteVocabulary.SILENT] = ByteVocabulary.SILENT;
        return new TinyGguf(bigrams(pieces, next));
    }

    /**
     * A llama model with random weights that writes printable ASCII, with a liking for what closes a JSON document: under a grammar it ends
     * soon. The same seed gives the same file.
     */
    public static TinyGguf random(long seed) {
        int width = 64;
        int heads = 4;
        int keyHeads = 2;
        int hidden = 128;
        int head = width / heads;
        int vocabulary = ByteVocabulary.BYTES_END;
        Random random = new Random(seed);
        GgufWriter file = llama("tiny-random", width, 2, hidden, heads, keyHeads, head, vocabulary);
        ByteVocabulary.write(file, List.of());
        float[] embedding = gaussian(random, vocabulary * width, 1.0);
        float[] output = gaussian(random, vocabulary * width, 0.25);
        for (int token = 0; token < vocabulary; token++) {
            embedding[token * width] = 8;
            output[token * width] = liking(token);
        }
        file.tensor("token_embd.weight", embedding, width, vocabulary);
        for (int layer = 0; layer < 2; layer++) {
            String prefix = "blk." + layer + ".";
            double deviation = 1.2 / Math.sqrt(width);
            file.tensor(prefix + "attn_norm.weight", filled(width, 1), width)
                    .tensor(prefix + "attn_q.weight", gaussian(random, width * width, deviation), width, width)
                    .tensor(
                            prefix + "attn_k.weight",
                            gaussian(random, width * keyHeads * head, deviation),
                            width,
                            keyHeads * head)
                    .tensor(
                            prefix + "attn_v.weight",
                            gaussian(random, width * keyHeads * head, deviation),
                            width,
                            keyHeads * head)
                    .tensor(
                            prefix + "attn_output.weight",
                            withoutRow0(gaussian(random, width * width, deviation), width),
                            width,
                            width)
                    .tensor(prefix + "ffn_norm.weight", filled(width, 1), width)
                    .tensor(prefix + "ffn_gate.weight", gaussian(random, width * hidden, deviation), width, hidden)
                    .tensor(prefix + "ffn_up.weight", gaussian(random, width * hidden, deviation), width, hidden)
                    .tensor(
                            prefix + "ffn_down.weight",
                            withoutRow0(gaussian(random, hidden * width, deviation), hidden),
                            hidden,
                            width);
        }
        file.tensor("output_norm.weight", filled(width, 1), width).tensor("output.weight", output, width, vocabulary);
        return new TinyGguf(file);
    }

    /** A BERT that embeds texts (mean pooling) by the words they hold: texts with common words are near to each other. */
    public static TinyGguf embedder(Collection<String> texts) {
        return new TinyGguf(bert(texts, false));
    }

    /** A BERT with a rank head and random weights: it gives a pair of texts some score, always the same one. */
    public static TinyGguf reranker(Collection<String> texts) {
        return new TinyGguf(bert(texts, true));
    }

    /** The file. */
    public byte[] bytes() {
        return file.clone();
    }

    /** Writes the file, replacing what is there. Returns the path. */
    public Path write(Path path) {
        try {
            return Files.write(path, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static GgufWriter bigrams(List<byte[]> pieces, int[] next) {
        int vocabulary = next.length;
        int width = (vocabulary + 63) / 64 * 64;
        int head = 16;
        int hidden = 32;
        GgufWriter file = llama("tiny-script", width, 1, hidden, 1, 1, head, vocabulary);
        ByteVocabulary.write(file, pieces);
        float[] embedding = new float[vocabulary * width];
        float[] output = new float[vocabulary * width];
        for (int token = 0; token < vocabulary; token++) {
            embedding[token * width + token] = 1;
            output[next[token] * width + token] = 2;
        }
        return file.tensor("token_embd.weight", embedding, width, vocabulary)
                .tensor("blk.0.attn_norm.weight", filled(width, 1), width)
                .tensor("blk.0.attn_q.weight", new float[width * head], width, head)
                .tensor("blk.0.attn_k.weight", new float[width * head], width, head)
                .tensor("blk.0.attn_v.weight", new float[width * head], width, head)
                .tensor("blk.0.attn_output.weight", new float[head * width], head, width)
                .tensor("blk.0.ffn_norm.weight", filled(width, 1), width)
                .tensor("blk.0.ffn_gate.weight", new float[width * hidden], width, hidden)
                .tensor("blk.0.ffn_up.weight", new float[width * hidden], width, hidden)
                .tensor("blk.0.ffn_down.weight", new float[hidden * width], hidden, width)
                .tensor("output_norm.weight", filled(width, 1), width)
                .tensor("output.weight", output, width, vocabulary);
    }

    private static GgufWriter llama(
            String name, int width, int layers, int hidden, int heads, int keyHeads, int head, int vocabulary) {
        return new GgufWriter()
                .text("general.architecture", "llama")
                .text("general.type", "model")
                .text("general.name", name)
                .u32("general.file_type", 0)
                .u32("llama.context_length", 32_768)
                .u32("llama.embedding_length", width)
                .u32("llama.block_count", layers)
                .u32("llama.feed_forward_length", hidden)
                .u32("llama.attention.head_count", heads)
                .u32("llama.attention.head_count_kv", keyHeads)
                .u32("llama.attention.key_length", head)
                .u32("llama.attention.value_length", head)
                .f32("llama.attention.layer_norm_rms_epsilon", 1e-5f)
                .u32("llama.rope.dimension_count", head)
                .f32("llama.rope.freq_base", 10_000)
                .u32("llama.vocab_size", vocabulary);
    }

    private static GgufWriter bert(Collection<String> texts, boolean rank) {
        List<String> tokens = words(texts);
        int width = 32;
        int hidden = 64;
        int layers = 2;
        int context = 256;
        List<Integer> types = new ArrayList<>(Collections.nCopies(5, 3));
        types.addAll(Collections.nCopies(tokens.size() - 5, 1));
        GgufWriter file = new GgufWriter()
                .text("general.architecture", "bert")
                .text("general.type", "model")
                .text("general.name", rank ? "tiny-reranker" : "tiny-embedder")
                .u32("general.file_type", 0)
                .u32("bert.context_length", context)
                .u32("bert.embedding_length", width)
                .u32("bert.block_count", layers)
                .u32("bert.feed_forward_length", hidden)
                .u32("bert.attention.head_count", 2)
                .f32("bert.attention.layer_norm_epsilon", 1e-12f)
                .bool("bert.attention.causal", false)
                .u32("bert.pooling_type", rank ? 4 : 1)
                .text("tokenizer.ggml.model", "bert")
                .texts("tokenizer.ggml.tokens", tokens)
                .i32s("tokenizer.ggml.token_type", types)
                .u32("tokenizer.ggml.token_type_count", 2)
                .u32("tokenizer.ggml.bos_token_id", 2)
                .u32("tokenizer.ggml.cls_token_id", 2)
                .u32("tokenizer.ggml.eos_token_id", 3)
                .u32("tokenizer.ggml.seperator_token_id", 3)
                .u32("tokenizer.ggml.unknown_token_id", 1)
                .u32("tokenizer.ggml.padding_token_id", 0)
                .u32("tokenizer.ggml.mask_token_id", 4);
        Random random = new Random(20_261_121);
        double deviation = rank ? 0.3 : 0;
        float[] embedding = gaussian(random, tokens.size() * width, 1);
        Arrays.fill(embedding, 0, 5 * width, 0);
        file.tensor("token_embd.weight", embedding, width, tokens.size())
                .tensor("token_types.weight", new float[2 * width], width, 2)
                .tensor("position_embd.weight", gaussian(random, context * width, deviation / 10), width, context);
        norm(file, "token_embd_norm", width);
        for (int layer = 0; layer < layers; layer++) {
            String prefix = "blk." + layer + ".";
            for (String name : List.of("attn_q", "attn_k", "attn_v", "attn_output")) {
                dense(file, prefix + name, random, deviation, width, width);
            }
            norm(file, prefix + "attn_output_norm", width);
            dense(file, prefix + "ffn_up", random, deviation, width, hidden);
            dense(file, prefix + "ffn_down", random, deviation, hidden, width);
            norm(file, prefix + "layer_output_norm", width);
        }
        if (rank) {
            dense(file, "cls", random, deviation, width, width);
            dense(file, "cls.output", random, deviation, width, 1);
        }
        return file;
    }

    /** Special tokens, the words of the texts, and letters from which any other English word is spelled. */
    private static List<String> words(Collection<String> texts) {
        Set<String> tokens = new LinkedHashSet<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
        for (String text : texts) {
            for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")) {
                if (!word.isEmpty()) {
                    tokens.add('\u2581' + word);
                }
            }
        }
        for (char letter = 'a'; letter <= 'z'; letter++) {
            tokens.add("\u2581" + letter);
            tokens.add(String.valueOf(letter));
        }
        return new ArrayList<>(tokens);
    }

    private static void norm(GgufWriter file, String name, int width) {
        file.tensor(name + ".weight", filled(width, 1), width).tensor(name + ".bias", new float[width], width);
    }

    private static void dense(GgufWriter file, String name, Random random, double deviation, int in, int out) {
        file.tensor(name + ".weight", gaussian(random, in * out, deviation), in, out)
                .tensor(name + ".bias", new float[out], out);
    }

    /** How much the random model likes a token: text is printable, and what closes a document comes soon. */
    private static float liking(int token) {
        int value = token - ByteVocabulary.FIRST_BYTE;
        if (token == ByteVocabulary.END) {
            return 0.2f;
        }
        if (value == '"' || value == '}' || value == ']') {
            return 0.3f;
        }
        return value == '\n' || (value >= 32 && value <= 126) ? 0 : -6;
    }

    /** The first output stays 0, so that the channel that carries the likings is left alone. */
    private static float[] withoutRow0(float[] matrix, int in) {
        Arrays.fill(matrix, 0, in, 0);
        return matrix;
    }

    private static float[] gaussian(Random random, int size, double deviation) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
        return values;
    }

    private static float[] filled(int size, float value) {
        float[] values = new float[size];
        Arrays.fill(values, value);
        return values;
    }
}
