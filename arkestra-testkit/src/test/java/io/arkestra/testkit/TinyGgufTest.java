package io.arkestra.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TinyGgufTest {
    private static final int BYTES_END = 259;

    /** A reader of its own, written from the layout of the format. */
    private static final class Parsed {
        final Map<String, Object> metadata = new LinkedHashMap<>();
        final Map<String, List<Long>> shapes = new LinkedHashMap<>();
        final Map<String, Long> offsets = new LinkedHashMap<>();
        final ByteBuffer file;
        final long data;

        Parsed(byte[] bytes) {
            file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            assertEquals(0x46554747, file.getInt(), "magic");
            assertEquals(3, file.getInt(), "version");
            long tensors = file.getLong();
            long entries = file.getLong();
            for (long i = 0; i < entries; i++) {
                String key = text();
                assertEquals(null, metadata.put(key, value(file.getInt())), key);
            }
            for (long i = 0; i < tensors; i++) {
                String name = text();
                List<Long> shape = new ArrayList<>();
                for (int n = file.getInt(); n > 0; n--) {
                    shape.add(file.getLong());
                }
                assertEquals(0, file.getInt(), "type of " + name);
                shapes.put(name, shape);
                offsets.put(name, file.getLong());
            }
            data = (file.position() + 31L) / 32 * 32;
        }

        String text() {
            byte[] bytes = new byte[Math.toIntExact(file.getLong())];
            file.get(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }

        Object value(int type) {
            switch (type) {
                case 4, 5:
                    return file.getInt();
                case 6:
                    return file.getFloat();
                case 7:
                    return file.get() == 1;
                case 8:
                    return text();
                default:
                    assertEquals(9, type);
                    int element = file.getInt();
                    List<Object> items = new ArrayList<>();
                    for (long n = file.getLong(); n > 0; n--) {
                        items.add(value(element));
                    }
                    return items;
            }
        }

        float at(String tensor, int row, int column) {
            long width = shapes.get(tensor).get(0);
            return file.getFloat(Math.toIntExact(data + offsets.get(tensor) + 4 * (row * width + column)));
        }

        List<?> tokens() {
            return (List<?>) metadata.get("tokenizer.ggml.tokens");
        }
    }

    @Test
    void saying_headerReadBack_describesALlamaModelWithAByteVocabulary() {
        Parsed model = new Parsed(TinyGguf.saying("{\"text\": \"Привет\"}").bytes());

        assertEquals("llama", model.metadata.get("general.architecture"));
        assertEquals("gpt2", model.metadata.get("tokenizer.ggml.model"));
        assertEquals(32_768, model.metadata.get("llama.context_length"));
        assertEquals("<|im_end|>", model.tokens().get(2));
        assertEquals("A", model.tokens().get(3 + 'A'));
        assertEquals("\u0120", model.tokens().get(3 + ' '));
        assertEquals(model.metadata.get("llama.vocab_size"), model.tokens().size());
        assertEquals(model.tokens().size(), ((List<?>) model.metadata.get("tokenizer.ggml.token_type")).size());
        assertEquals(
                List.of(((Integer) model.metadata.get("llama.embedding_length")).longValue(), (long)
                        model.tokens().size()),
                model.shapes.get("token_embd.weight"));
    }

    @Test
    void bytes_anyModel_tensorsFillTheFileWithoutGaps() {
        for (TinyGguf model :
                List.of(TinyGguf.saying("some text"), TinyGguf.random(7), TinyGguf.reranker(List.of("a word")))) {
            byte[] bytes = model.bytes();
            Parsed parsed = new Parsed(bytes);
            long expected = 0;
            for (String name : parsed.shapes.keySet()) {
                assertEquals(expected, parsed.offsets.get(name), name);
                long size = 4 * parsed.shapes.get(name).stream().reduce(1L, Math::multiplyExact);
                expected += (size + 31) / 32 * 32;
            }
            assertEquals(bytes.length, parsed.data + expected);
        }
    }

    @Test
    void saying_textsWithRepeatsAndAnyCharacters_everyTokenDiffersAndTheChainIsTheText() {
        Random random = new Random(5);
        int[] alphabet = "ab{}\",: []п😀\n\u0000".codePoints().toArray();
        StringBuilder noise = new StringBuilder();
        for (int i = 0; i < 3000; i++) {
            noise.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
        }
        List<String> texts = List.of(
                "",
                "a",
                "é",
                "aa",
                "aaa",
                "aaaaaaa",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "{\"a\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],\"b\":[1,1,1,1,1,1,1,1,1,1,1]}",
                "да да да да да да да да да 😀😀😀😀😀😀😀😀",
                "\u0000\u0000\u0000\u0000\r\n\r\n\r\n",
                noise.toString());
        for (String text : texts) {
            Parsed model = new Parsed(TinyGguf.saying(text).bytes());
            Set<Object> distinct = new HashSet<>(model.tokens());
            assertEquals(model.tokens().size(), distinct.size(), "tokens of '" + text + "'");
            assertEquals(text, spoken(model));
        }
    }

    @Test
    void saying_singleLineBreak_isRefused() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> TinyGguf.saying("\n"))
                .getMessage()
                .contains("add a character"));
    }

    @Test
    void repeating_lastPiece_leadsToTheFirst() {
        Parsed model = new Parsed(TinyGguf.repeating("tick tock ").bytes());
        int last = model.tokens().size() - 1;

        assertEquals(2f, model.at("output.weight", BYTES_END, last));
        assertEquals(0f, model.at("output.weight", 2, last));
    }

    @Test
    void fallingSilentAfter_lastPiece_leadsToAControlTokenThatLeadsToItself() {
        Parsed model = new Parsed(TinyGguf.fallingSilentAfter("One, ").bytes());

        assertEquals(2f, model.at("output.weight", 1, model.tokens().size() - 1));
        assertEquals(2f, model.at("output.weight", 1, 1));
        assertEquals(0f, model.at("output.weight", 2, 1));
    }

    @Test
    void random_sameSeed_sameBytes() {
        assertArrayEquals(TinyGguf.random(3).bytes(), TinyGguf.random(3).bytes());
        assertFalse(java.util.Arrays.equals(
                TinyGguf.random(3).bytes(), TinyGguf.random(4).bytes()));
    }

    @Test
    void embedderAndReranker_headerReadBack_haveTheirPoolingAndTheWords() {
        Parsed embedder =
                new Parsed(TinyGguf.embedder(List.of("Spare key", "ключ")).bytes());
        Parsed reranker = new Parsed(TinyGguf.reranker(List.of("Spare key")).bytes());

        assertEquals(1, embedder.metadata.get("bert.pooling_type"));
        assertEquals(4, reranker.metadata.get("bert.pooling_type"));
        assertTrue(embedder.tokens().containsAll(List.of("\u2581spare", "\u2581ключ", "\u2581a", "a")));
        assertEquals(List.of(32L, 1L), reranker.shapes.get("cls.output.weight"));
        assertFalse(embedder.shapes.containsKey("cls.weight"));
    }

    @Test
    void write_path_holdsTheSameBytes(@TempDir Path directory) throws Exception {
        TinyGguf model = TinyGguf.saying("hello");

        assertArrayEquals(model.bytes(), Files.readAllBytes(model.write(directory.resolve("model.gguf"))));
    }

    /** Follows the likeliest next token from a line break on, as a model at temperature 0 does. */
    private static String spoken(Parsed model) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        int token = 3 + '\n';
        while (true) {
            int next = -1;
            for (int candidate = 0; candidate < model.tokens().size(); candidate++) {
                if (model.at("output.weight", candidate, token) > 0) {
                    assertEquals(-1, next, "one way on from token " + token);
                    next = candidate;
                }
            }
            if (next == 2) {
                return text.toString(StandardCharsets.UTF_8);
            }
            text.writeBytes(unspelled((String) model.tokens().get(next), model.tokens()));
            token = next;
        }
    }

    private static byte[] unspelled(String token, List<?> tokens) {
        List<?> letters = tokens.subList(3, BYTES_END);
        byte[] bytes = new byte[token.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) letters.indexOf(token.substring(i, i + 1));
        }
        return bytes;
    }
}
