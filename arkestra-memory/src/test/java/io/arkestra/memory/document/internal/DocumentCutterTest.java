package io.arkestra.memory.document.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancellationSource;
import io.arkestra.common.CancelledException;
import io.arkestra.memory.record.internal.Chunk;
import io.arkestra.memory.semantic.internal.WordEmbedder;
import io.arkestra.testkit.WatchedCancellation;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentCutterTest {
    private final DocumentCutter byWords = new DocumentCutter(new TextCutter.Words());
    private final DocumentCutter byTokens = new DocumentCutter(new TextCutter.Tokens(new WordEmbedder("words", 8, 40)));

    @Test
    void cut_headings_goIntoTheChunksBelow() {
        String text = "# Guide\n\nIntro.\n\n## Install\n\n" + "Run the installer now. ".repeat(60) + "\n\n## Use\n\n"
                + "Click the button. ".repeat(80);
        List<Chunk> chunks = byWords.cut("d", "Manual", text, Instant.EPOCH);
        assertTrue(chunks.size() >= 4, chunks::toString);
        assertEquals("Guide > Use", chunks.get(chunks.size() - 1).heading());
        assertTrue(chunks.stream().anyMatch(chunk -> chunk.heading().equals("Guide > Install")), chunks::toString);
        assertEquals("Manual\nGuide > Use\n", chunks.get(chunks.size() - 1).lead());
    }

    @Test
    void cut_smallSections_stayTogether() {
        String text = "# A\n\nOne.\n\n# B\n\nTwo.\n\n# C\n\nThree.\n";
        assertEquals(1, byWords.cut("d", "", text, Instant.EPOCH).size());
    }

    @Test
    void cut_headingInAFence_isNone() {
        String text = "```\n# not a heading\n```\n" + "More words follow here. ".repeat(100);
        byWords.cut("d", "", text, Instant.EPOCH).forEach(chunk -> assertEquals("", chunk.heading()));
    }

    @Test
    void cut_plainAndNumberedHeadings_areFound() {
        String text = "Introduction\n\n" + "It begins here slowly. ".repeat(60) + "\n\n2.1 Второй раздел\n\n"
                + "Здесь идёт другое. ".repeat(80);
        List<Chunk> chunks = byWords.cut("d", "", text, Instant.EPOCH);
        assertEquals("Introduction", chunks.get(1).heading());
        assertTrue(chunks.get(chunks.size() - 1).heading().endsWith("2.1 Второй раздел"), chunks::toString);
    }

    @Test
    void cut_anyText_losesNoCharacterAndKeepsTheLimit() {
        SplittableRandom random = new SplittableRandom(7);
        String[] pieces = {
            "word ", "Sentence ends. ", "\n\n", "# Head\n", "Title Line\n\n", "слово ", "\t", "x".repeat(30) + " "
        };
        for (int round = 0; round < 200; round++) {
            StringBuilder text = new StringBuilder("a");
            for (int i = random.nextInt(400); i >= 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            for (DocumentCutter cutter : List.of(byWords, byTokens)) {
                check(cutter.cut("d", "A title", text.toString(), Instant.EPOCH), text.toString());
            }
        }
    }

    /** Whether there are sentences, lines and headings or not, nothing goes through much of a text without asking. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "A sentence of words. ",
                "no end of any ",
                "# Ab\nword w\n",
                "a\n",
                "Title\n\nLonger than that.\n\n"
            })
    void cut_longText_asksAllTheWayWhetherItIsWanted(String piece) {
        String text = piece.repeat(400_000 / piece.length());
        int least = text.length() / Stride.CHARACTERS - 1;
        WatchedCancellation lines = new WatchedCancellation(look -> false);
        Headings headings = Headings.of(text, new Stride(lines));
        assertTrue(text.indexOf('\n') < 0 || lines.looks() >= 2 * least, "headings: " + lines.looks());
        for (TextCutter cutter :
                List.of(new TextCutter.Words(), new TextCutter.Tokens(new WordEmbedder("words", 8, 40)))) {
            WatchedCancellation asked = new WatchedCancellation(look -> false);
            cutter.cut(text, cutter.size(), new Stride(asked));
            assertTrue(asked.looks() >= least, "parts of '" + piece + "': " + asked.looks());
        }
        for (DocumentCutter cutter : List.of(byWords, byTokens)) {
            WatchedCancellation asked = new WatchedCancellation(look -> false);
            cutter.cut("d", "", text, Instant.EPOCH, headings, new Stride(asked));
            assertTrue(asked.looks() >= least, "cutting '" + piece + "': " + asked.looks());
            CancellationSource cancelled = new CancellationSource();
            cancelled.cancel("test");
            assertThrows(
                    CancelledException.class,
                    () -> cutter.cut("d", "", text, Instant.EPOCH, headings, new Stride(cancelled)));
        }
    }

    @Test
    void cutByTokens_textOfManyWindows_isThatOfTheModel() {
        WordEmbedder model = new WordEmbedder("words", 8, 40);
        TextCutter.Tokens cutter = new TextCutter.Tokens(model);
        Stride stride = new Stride(Cancellation.none());
        SplittableRandom random = new SplittableRandom(11);
        for (int round = 0; round < 20; round++) {
            StringBuilder text = new StringBuilder("a");
            while (text.length() < 100_000) {
                text.append(random.nextInt(50) == 0 ? " ".repeat(random.nextInt(10_000)) : "\uD83D\uDC1F ")
                        .append("word".repeat(1 + random.nextInt(20)))
                        .append(' ');
            }
            assertEquals(model.chunks(text.toString(), 40, 10), cutter.cut(text.toString(), 40, stride));
        }
        String sparse = "a" + " ".repeat(90_000) + "b " + " ".repeat(90_000) + "c";
        assertEquals(model.chunks(sparse, 40, 10), cutter.cut(sparse, 40, stride));
    }

    @Test
    void count_longText_isExactUpToTheMost() {
        for (TextCutter cutter :
                List.of(new TextCutter.Words(), new TextCutter.Tokens(new WordEmbedder("words", 8, 40)))) {
            int own = cutter.count("", 10);
            assertEquals(own + 3, cutter.count("a b c", 10));
            assertEquals(own + 2, cutter.count("a" + " ".repeat(200_000) + "b", 10));
            assertTrue(cutter.count("a ".repeat(200_000), 10) > 10);
        }
    }

    private static void check(List<Chunk> chunks, String text) {
        StringBuilder whole = new StringBuilder();
        for (int i = 0; i < chunks.size(); i++) {
            Chunk chunk = chunks.get(i);
            assertEquals(i, chunk.ordinal());
            assertTrue(chunk.start() <= whole.length(), "no gap");
            assertEquals(text.substring(chunk.start(), chunk.end()), chunk.text());
            if (chunk.end() > whole.length()) {
                whole.append(text, whole.length(), chunk.end());
            }
            assertTrue(new TextCutter.Words().count(chunk.text(), 185) <= 185, "size");
        }
        assertEquals(text, whole.toString());
    }
}
