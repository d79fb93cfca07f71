package io.arkestra.embedding.onnx.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares our word pieces with those of the reference library. */
class WordPieceTest {
    @TempDir
    static Path directory;

    private static TextTokenizer ours;
    private static TextTokenizer reference;

    @BeforeAll
    static void open() {
        Path file = new ModelFiles(UnpackDirectory.inHome(directory))
                .unpack("/e5-small-v2-q-tokenizer.json", "e5-small-v2-q-tokenizer.json");
        ours = TokenizerFile.open(file);
        reference = DjlTokenizer.open(file);
        assertTrue(ours instanceof WordPiece);
    }

    @AfterAll
    static void close() {
        reference.close();
    }

    private static boolean same(String text) {
        return Arrays.equals(ours.pieces(text).ids(), reference.pieces(text).ids());
    }

    private static List<String> different(Stream<String> texts) {
        return texts.filter(text -> !same(text)).toList();
    }

    /** The data directory lies beside the checkout; without it the small sample of this module is used. */
    private static Stream<String> lines(String file, int most) throws IOException {
        Path data = Path.of(System.getProperty("arkestra.data", "../../shared/data"))
                .resolve(file);
        if (Files.exists(data)) {
            return Files.lines(data).limit(most);
        }
        try (var in = WordPieceTest.class.getResourceAsStream("/lines.txt")) {
            return new String(
                            java.util.Objects.requireNonNull(in).readAllBytes(),
                            java.nio.charset.StandardCharsets.UTF_8)
                    .lines();
        }
    }

    @Test
    void pieces_englishSentences_areThoseOfTheReference() throws IOException {
        int most = Integer.getInteger("arkestra.tokenizer.lines", 5_000);

        assertEquals(List.of(), different(lines("sentences/sentences.txt", most)));
    }

    @Test
    void pieces_russianTexts_areThoseOfTheReference() throws IOException {
        Stream<String> texts = lines("xquad-ru/corpus.jsonl", 1_000)
                .map(line -> line.startsWith("{") ? Json.parse(line).text("text") : line);

        assertEquals(List.of(), different(texts));
    }

    @Test
    void pieces_textOfAllBlocks_areThoseOfTheReference() {
        int[][] blocks = {
            {0x20, 0x7E},
            {0x00, 0x1F},
            {0x7F, 0xFF},
            {0x100, 0x24F},
            {0x250, 0x2FF},
            {0x300, 0x36F},
            {0x370, 0x3FF},
            {0x400, 0x52F},
            {0x530, 0x58F},
            {0x900, 0x97F},
            {0xE00, 0xE7F},
            {0x1E00, 0x1FFF},
            {0x2000, 0x206F},
            {0x20A0, 0x20CF},
            {0x2100, 0x21FF},
            {0x3000, 0x30FF},
            {0x3400, 0x3500},
            {0x4E00, 0x9FFF},
            {0xAC00, 0xD7A3},
            {0xF900, 0xFAFF},
            {0xFE00, 0xFE0F},
            {0xFF00, 0xFFEF},
            {0x1D400, 0x1D7FF},
            {0x1F300, 0x1F9FF},
            {0x20000, 0x20100}
        };
        Random random = new Random(7);
        List<String> different = new ArrayList<>();
        int count = 0;
        for (int[] block : blocks) {
            for (int i = 0; i < 200; i++) {
                String text = randomText(random, block);
                count++;
                if (!same(text)) {
                    different.add(String.format("%X: %s", block[0], escaped(text)));
                }
            }
        }
        assertEquals(List.of(), different, different.size() + " of " + count + " differ");
    }

    private static String randomText(Random random, int[] block) {
        StringBuilder text = new StringBuilder();
        int length = 1 + random.nextInt(20);
        for (int i = 0; i < length; i++) {
            int kind = random.nextInt(8);
            if (kind == 0) {
                text.append(' ');
            } else if (kind == 1) {
                text.append((char) ('a' + random.nextInt(26)));
            } else {
                int point = block[0] + random.nextInt(block[1] - block[0] + 1);
                // What Unicode added lately is known to one side only; the classes of all else have to agree.
                if (Character.isDefined(point)) {
                    text.appendCodePoint(point);
                }
            }
        }
        return text.toString();
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(point -> escaped.append(String.format("%X ", point)));
        return escaped.toString();
    }

    @Test
    void pieces_greekFinalSigmaTurkishIAndEmoji_areThoseOfTheReference() {
        assertEquals(
                List.of(),
                different(Stream.of(
                        "ΟΔΥΣΣΕΥΣ ΣΊΣΥΦΟΣ",
                        "İstanbul'da IŞIK ı",
                        "👩‍👩‍👧 family 👍🏽 ok",
                        "e\u0301te\u0301 cafe\u0301",
                        "a\u200Bb\u00ADc\uFEFFd",
                        "日本語のテキスト和中文",
                        "Ёлка, йод; объём №5 «цитата» — тире…",
                        "x".repeat(150),
                        "")));
    }

    @Test
    void pieces_loneSurrogates_areDroppedWithoutError() {
        assertArrayEquals(
                ours.pieces("a b").ids(), ours.pieces("a\uD800 b\uDC00").ids());
    }

    @Test
    void pieces_offsets_coverTheWordsTheyStandFor() {
        String text = "Ünïcode 👍 naïve résumé ёлка";
        Pieces pieces = ours.pieces(text);
        int last = 0;
        for (int i = 0; i < pieces.count(); i++) {
            assertTrue(pieces.starts()[i] >= last && pieces.ends()[i] > pieces.starts()[i], "piece " + i);
            last = pieces.starts()[i];
        }
        assertEquals(text.length(), pieces.ends()[pieces.count() - 1]);
    }

    @Test
    void pieces_specialTokenInAText_isText() {
        int separator = ours.single(new int[0])[1];

        assertTrue(Arrays.stream(ours.pieces("a [SEP] b").ids()).noneMatch(id -> id == separator));
    }
}
