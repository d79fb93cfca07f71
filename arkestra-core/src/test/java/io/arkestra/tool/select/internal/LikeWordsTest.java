package io.arkestra.tool.select.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LikeWordsTest {
    private static final float[] IMAGE = {1, 0, 0};
    private static final float[] PHOTO = {0.8f, 0.6f, 0};
    private static final float[] SOUND = {0, 0, 1};
    private static final Map<String, float[]> KNOWN =
            Map.of("image", IMAGE, "images", new float[] {0.99f, 0.14f, 0}, "sound", SOUND);

    private final LikeWords words = new LikeWords(
            List.of(List.of("image", "editor"), List.of("sound"), List.of("sound", "images"), List.of()), KNOWN);

    @Test
    void scores_wordOfLikeMeaning_speaksForTheToolsThatHaveIt() {
        double[] scores = words.likeness(Map.of("photo", PHOTO)).scores();

        assertTrue(scores[0] > 0, Arrays.toString(scores));
        assertTrue(scores[2] > scores[0], "images are nearer to photos: " + Arrays.toString(scores));
        assertEquals(0, scores[1]);
        assertEquals(0, scores[3]);
    }

    @Test
    void scores_wordThatFewToolsHave_countsMore() {
        LikeWords several =
                new LikeWords(List.of(List.of("image"), List.of("sound"), List.of("sound"), List.of("sound")), KNOWN);

        double[] scores =
                several.likeness(Map.of("image", IMAGE, "sound", SOUND)).scores();

        assertEquals(Math.log(1 + 3.5 / 1.5), scores[0], 1e-9);
        assertEquals(Math.log(1 + 1.5 / 3.5), scores[1], 1e-9);
    }

    @Test
    void scores_nothingAsked_areZero() {
        assertEquals(0, Arrays.stream(words.likeness(Map.of()).scores()).sum());
    }

    @Test
    void pairs_sameWordInAnotherForm_isNoPair() {
        LikeWords.Likeness likeness = words.likeness(Map.of("photo", PHOTO, "images", IMAGE));

        assertEquals(List.of("photo as image"), likeness.pairs(0));
        assertEquals(List.of(), likeness.pairs(1));
        assertEquals(List.of("photo as images"), likeness.pairs(2));
    }

    @Test
    void of_text_isWordsAsTheyAreSaidWithoutNumbersAndCommonOnes() {
        assertEquals(
                List.of("user", "images", "resized"),
                LikeWords.of("getUserImages x the images 1024 resized " + "a".repeat(31)));
    }

    @Test
    void asked_longMessage_isItsBeginning() {
        StringBuilder message = new StringBuilder();
        for (char one = 'a'; one <= 'z'; one++) {
            for (char other = 'a'; other <= 'j'; other++) {
                message.append("w").append(one).append(other).append(' ');
            }
        }

        assertEquals(96, LikeWords.asked(message.toString()).size());
        assertEquals("waa", LikeWords.asked(message.toString()).get(0));
    }
}
