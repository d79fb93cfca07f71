package io.arkestra.embedding.onnx.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.embedding.TextChunk;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChunkerTest {
    private static final String[] PARTS = {
        "word",
        "internationalisation",
        "кот",
        "превысокомногорассмотрительствующий",
        "日本語",
        "👩‍👩‍👧",
        "e\u0301",
        ".",
        "!",
        "?\n",
        "\n\n",
        "3.14",
        "a\u200Bb",
        "\u00A0",
        "x".repeat(120),
        "«да»",
        "http://a.example/b?c=d",
        "\u0000",
        "\uD83D\uDE00\uD83D\uDE00"
    };

    @TempDir
    static Path directory;

    private static TextTokenizer tokenizer;

    @BeforeAll
    static void open() {
        tokenizer = TokenizerFile.open(new ModelFiles(UnpackDirectory.inHome(directory))
                .unpack("/e5-small-v2-q-tokenizer.json", "e5-small-v2-q-tokenizer.json"));
    }

    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        int parts = random.nextInt(150);
        for (int i = 0; i < parts; i++) {
            text.append(PARTS[random.nextInt(PARTS.length)]);
            if (random.nextInt(4) > 0) {
                text.append(random.nextInt(12) == 0 ? "\n" : " ");
            }
        }
        return text.toString();
    }

    private static int tokens(String text) {
        return tokenizer.pieces(text).count();
    }

    @Test
    void chunks_anyText_areWithinTheLimitAndCoverIt() {
        Random random = new Random(11);
        int overhead = 5;
        int rounds = Integer.getInteger("arkestra.chunk.rounds", 300);
        for (int round = 0; round < rounds; round++) {
            String text = randomText(random);
            int most = overhead + 8 + random.nextInt(60);
            int overlap = random.nextInt((most - overhead) / 2 + 1);
            List<TextChunk> chunks = new Chunker(tokenizer, overhead).chunks(text, most, overlap);
            String what = "round " + round + ", at most " + most + ", overlap " + overlap + ": " + chunks;
            assertEquals(text.isBlank(), chunks.isEmpty(), what);
            int reached = 0;
            int last = -1;
            for (TextChunk chunk : chunks) {
                assertTrue(chunk.tokens() <= most, what);
                assertEquals(tokens(chunk.in(text)) + overhead, chunk.tokens(), what);
                assertTrue(chunk.start() > last && chunk.end() > chunk.start() && chunk.end() > reached, what);
                if (chunk.start() > reached) {
                    assertEquals(0, tokens(text.substring(reached, chunk.start())), "left out, " + what);
                } else {
                    assertTrue(tokens(text.substring(chunk.start(), reached)) <= overlap, "overlap, " + what);
                }
                assertFalse(splits(text, chunk.start()) || splits(text, chunk.end()), what);
                last = chunk.start();
                reached = chunk.end();
            }
            assertEquals(0, tokens(text.substring(reached)), "the end, " + what);
        }
    }

    private static boolean splits(String text, int at) {
        return at > 0
                && at < text.length()
                && Character.isLowSurrogate(text.charAt(at))
                && Character.isHighSurrogate(text.charAt(at - 1));
    }

    @Test
    void chunks_textOfSentences_endAtSentences() {
        String text = "The cat sat on the mat. The dog lay by the door. The bird sang in the tree. The fish swam away. "
                .repeat(4)
                .strip();

        List<TextChunk> chunks = new Chunker(tokenizer, 2).chunks(text, 40, 12);

        assertTrue(chunks.size() > 2);
        chunks.forEach(chunk -> assertTrue(chunk.in(text).endsWith("."), chunk.in(text)));
        chunks.forEach(chunk -> assertTrue(Character.isUpperCase(chunk.in(text).charAt(0)), chunk.in(text)));
    }

    @Test
    void chunks_paragraphs_arePreferredToSentences() {
        String paragraph = "One sentence here. And another one there. ";
        String text = paragraph.repeat(2).strip() + "\n\n" + paragraph.repeat(2).strip();

        List<TextChunk> chunks = new Chunker(tokenizer, 2).chunks(text, 26, 0);

        assertEquals(paragraph.repeat(2).strip(), chunks.get(0).in(text).strip());
    }

    @Test
    void chunks_textThatFits_isOneChunk() {
        assertEquals(1, new Chunker(tokenizer, 2).chunks("Short enough.", 16, 4).size());
        assertTrue(new Chunker(tokenizer, 2).chunks(" \n\t", 16, 4).isEmpty());
    }
}
