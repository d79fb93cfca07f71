package io.arkestra.llm.llamacpp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.arkestra.testkit.TinyGguf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GgufHeaderTest {
    private static final byte[] GOOD = TinyGguf.random(1).bytes();

    @TempDir
    Path directory;

    static Stream<Arguments> damages() {
        return Stream.of(
                damage("empty", "ends within its header", file -> new byte[0]),
                damage("other format", "not a GGUF file", file -> set(file, 0, 'P', 'K')),
                damage("version", "version is 9; expected 2 or 3", file -> set(file, 4, 9)),
                damage("no tensors", "hold 0 tensors", file -> set(file, 8, 0, 0, 0, 0)),
                damage("absurd tensors", "tensors; expected 1 to 100000", file -> set(file, 15, 0x7f)),
                damage("absurd entries", "metadata entries; expected 1 to 100000", file -> set(file, 23, 0xff)),
                damage("absurd key", "a metadata key is said to have", file -> set(file, 30, 0x70)),
                damage("key twice", "'tokenizer.ggml.eos_token_id' twice", GgufHeaderTest::keyTwice),
                damage("unknown type", "unknown type 77", file -> set(file, after(file, "general.name"), 77)),
                damage(
                        "bad text",
                        "'general.name' is not valid UTF-8",
                        file -> set(file, value(file, "general.name") + 8, 0xff)),
                damage("absurd text", "bytes, but only", file -> set(file, value(file, "general.name") + 5, 1)),
                damage(
                        "boolean",
                        "boolean with the value 2",
                        file -> set(file, value(file, "tokenizer.ggml.add_bos_token"), 2)),
                damage(
                        "absurd array",
                        "elements, but only",
                        file -> set(file, value(file, "tokenizer.ggml.tokens") + 7, 1)),
                damage(
                        "nested array",
                        "array of the unknown type 9",
                        file -> set(file, value(file, "tokenizer.ggml.tokens"), 9)),
                damage(
                        "alignment",
                        "'general.alignment' is 0",
                        file -> text(file, "general.file_type", "general.alignment")),
                damage(
                        "tensor dimensions",
                        "has 5 dimensions",
                        file -> set(file, after(file, "output_norm.weight"), 5)),
                damage(
                        "tensor without elements",
                        "has 0 elements",
                        file -> set(file, after(file, "output_norm.weight") + 4, 0)),
                damage("absurd tensor", "absurd shape", file -> set(file, after(file, "token_embd.weight") + 11, 0x7f)),
                damage("tensor type", "unknown type 99", file -> set(file, after(file, "output_norm.weight") + 12, 99)),
                damage("tensor blocks", "blocks of 256", file -> set(file, after(file, "output_norm.weight") + 12, 14)),
                damage("tensor offset", "expected", file -> set(file, after(file, "output_norm.weight") + 16, 32)),
                damage(
                        "tensor twice",
                        "'blk.0.ffn_norm.weight' twice",
                        file -> text(file, "blk.1.ffn_norm.weight", "blk.0.ffn_norm.weight")),
                damage("truncated header", "truncated", file -> Arrays.copyOf(file, 900)),
                damage(
                        "architecture",
                        "'general.architecture' is missing",
                        file -> text(file, "general.architecture", "general.architectuxe")),
                damage(
                        "required key",
                        "'llama.block_count' is missing",
                        file -> text(file, "llama.block_count", "llama.block_coumt")),
                damage("zero", "'llama.context_length' is 0", file -> number(file, "llama.context_length", 0)),
                damage("heads", "which does not divide the embedding length of 64", GgufHeaderTest::oddHeads),
                damage(
                        "key heads",
                        "is 3, which does not divide the 4 heads",
                        file -> number(file, "llama.attention.head_count_kv", 3)),
                damage(
                        "feed forward",
                        "'llama.feed_forward_length' is 0",
                        file -> number(file, "llama.feed_forward_length", 0)),
                damage("rope", "at most 65536", file -> number(file, "llama.rope.dimension_count", 70_000)),
                damage(
                        "tokenizer",
                        "tokenizer 'gpt9' is unknown",
                        file -> set(file, value(file, "tokenizer.ggml.model") + 11, '9')),
                damage(
                        "no vocabulary",
                        "it has no vocabulary",
                        file -> text(file, "tokenizer.ggml.tokens", "tokenizer.ggml.tokenx")),
                damage(
                        "zero in a token",
                        "holds a zero byte",
                        file -> text(file, "\u0001\0\0\0\0\0\0\0A", "\u0001\0\0\0\0\0\0\0\0")),
                damage("token twice", "'B', is there twice", GgufHeaderTest::tokenTwice),
                damage(
                        "token type",
                        "expected 1 to 6",
                        file -> set(file, value(file, "tokenizer.ggml.token_type") + 12, 9)),
                damage(
                        "token id",
                        "'tokenizer.ggml.eos_token_id' is 259",
                        file -> number(file, "tokenizer.ggml.eos_token_id", 259)),
                damage("merge", "'hxe', does not join", file -> text(file, "h e", "hxe")),
                damage(
                        "embedding",
                        "'token_embd.weight' has the shape",
                        file -> number(file, "llama.embedding_length", 128)),
                damage(
                        "no embedding",
                        "no tensor 'token_embd.weight'",
                        file -> text(file, "token_embd.weight", "token_embx.weight")),
                damage("parts", "one of 3 parts", file -> withEntry(file, "split.count", 4, 3, 0, 0, 0)),
                damage(
                        "adapter",
                        "holds no model",
                        file -> text(file, "\u0005\0\0\0\0\0\0\0model", "\u0005\0\0\0\0\0\0\0lorax")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void read_damagedFile_refusedWithTheReasonAndTheName(String what, String reason, UnaryOperator<byte[]> damage)
            throws Exception {
        Path file = write(damage.apply(GOOD.clone()));

        GgufException refusal = assertThrows(GgufException.class, () -> GgufHeader.read(file));

        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
        assertTrue(refusal.getMessage().contains(file.toString()), refusal.getMessage());
        assertFalse(refusal.retryable());
    }

    @Test
    void read_truncatedData_saysHowMuchIsThereAndHowMuchIsNeeded() throws Exception {
        Path file = write(Arrays.copyOf(GOOD, GOOD.length - 1000));

        String message =
                assertThrows(GgufException.class, () -> GgufHeader.read(file)).getMessage();

        assertTrue(
                message.contains("truncated: has " + (GOOD.length - 1000) + " bytes, needs " + GOOD.length), message);
    }

    @Test
    void read_goodModel_tellsWhatItIs() throws Exception {
        GgufHeader header = GgufHeader.read(write(GOOD));

        assertEquals("llama", header.architecture());
        assertEquals(Optional.of("tiny-random"), header.name());
        assertEquals(32_768, header.contextLength());
        assertEquals(64, header.embeddingLength());
        assertEquals("F32", header.quantisation());
        assertEquals("gpt2", header.tokenizer());
        assertEquals(259, header.vocabularySize());
        assertEquals(GOOD.length, header.fileSize());
        assertEquals(List.of("<|endoftext|>", "<|im_start|>", "<|im_end|>"), header.controlTokens());
        assertTrue(header.hasChatTemplate());
        assertTrue(header.parameters() > 100_000 && header.parameters() < GOOD.length / 4, header.toString());
    }

    @Test
    void read_everyTinyModel_accepted() throws Exception {
        for (TinyGguf model : List.of(
                TinyGguf.saying("{\"text\": \"Привет\"}"),
                TinyGguf.saying(""),
                TinyGguf.repeating("tick tock "),
                TinyGguf.embedder(List.of("a spare key")),
                TinyGguf.reranker(List.of("a spare key")))) {
            assertTrue(GgufHeader.read(write(model.bytes())).parameters() > 0);
        }
    }

    @Test
    void read_nothingThereOrDirectory_refusedWithTheFix() {
        assertTrue(assertThrows(GgufException.class, () -> GgufHeader.read(directory.resolve("none.gguf")))
                .getMessage()
                .contains("check the path"));
        assertTrue(assertThrows(GgufException.class, () -> GgufHeader.read(directory))
                .getMessage()
                .contains("is not a file"));
    }

    @Test
    void read_sameSizeAndTime_verdictRemembered_otherTime_readAgain() throws Exception {
        Path file = write(GOOD);
        FileTime then = FileTime.fromMillis(1_700_000_000_000L);
        Files.setLastModifiedTime(file, then);
        GgufHeader first = GgufHeader.read(file);

        Files.write(file, set(GOOD.clone(), 0, 'P', 'K'));
        Files.setLastModifiedTime(file, then);
        assertEquals(first, GgufHeader.read(file));

        Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_001_000L));
        assertThrows(GgufException.class, () -> GgufHeader.read(file));
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(Files.createTempFile(directory, "model", ".gguf"), bytes);
    }

    private static Arguments damage(String what, String reason, UnaryOperator<byte[]> damage) {
        return arguments(what, reason, damage);
    }

    private static byte[] keyTwice(byte[] file) {
        return text(file, "tokenizer.ggml.bos_token_id", "tokenizer.ggml.eos_token_id");
    }

    private static byte[] oddHeads(byte[] file) {
        text(file, "llama.attention.key_length", "llama.attention.kex_length");
        return number(file, "llama.attention.head_count", 5);
    }

    private static byte[] tokenTwice(byte[] file) {
        return text(file, "\u0001\0\0\0\0\0\0\0A", "\u0001\0\0\0\0\0\0\0B");
    }

    /** An entry before all others, with so much at the end that the file is not too short for its tensors. */
    private static byte[] withEntry(byte[] file, String key, int... typeAndValue) {
        ByteBuffer more = ByteBuffer.allocate(file.length + 256).order(ByteOrder.LITTLE_ENDIAN);
        more.put(file, 0, 16)
                .putLong(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(16) + 1);
        more.putLong(key.length()).put(key.getBytes(StandardCharsets.UTF_8)).putInt(typeAndValue[0]);
        for (int i = 1; i < typeAndValue.length; i++) {
            more.put((byte) typeAndValue[i]);
        }
        return more.put(file, 24, file.length - 24).array();
    }

    private static byte[] number(byte[] file, String key, int value) {
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(value(file, key), value);
        return file;
    }

    private static byte[] text(byte[] file, String was, String becomes) {
        byte[] bytes = becomes.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, file, indexOf(file, was), bytes.length);
        return file;
    }

    private static byte[] set(byte[] file, int at, int... bytes) {
        for (int i = 0; i < bytes.length; i++) {
            file[at + i] = (byte) bytes[i];
        }
        return file;
    }

    private static int value(byte[] file, String key) {
        return after(file, key) + 4;
    }

    /** Where a key or a name ends; one that another one begins with is not taken for it. */
    private static int after(byte[] file, String key) {
        byte[] found = ByteBuffer.allocate(8 + key.length())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(key.length())
                .put(key.getBytes(StandardCharsets.UTF_8))
                .array();
        return indexOf(file, new String(found, StandardCharsets.ISO_8859_1)) + found.length;
    }

    private static int indexOf(byte[] file, String text) {
        int at = new String(file, StandardCharsets.ISO_8859_1).indexOf(text);
        assertTrue(at > 0, "'" + text + "' is in the file");
        return at;
    }
}
