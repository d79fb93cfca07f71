package io.arkestra.guard.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.arkestra.guard.GuardContext;
import io.arkestra.guard.profanity.internal.Level;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfanityTest {

    private static final GuardContext TO_OWNER = GuardContext.toOwner();

    private final PatternGuard guard = new PatternGuard();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fuck",
                "FUCKING",
                "f u c k",
                "f.u.c.k",
                "fuuuuck",
                "fu\u200bck",
                "fúck",
                "fuсk",
                "f*ck",
                "$h1t",
                "bullshit",
                "хуй",
                "х у й",
                "xyй",
                "пи3дец",
                "п*здец",
                "охуеть",
                "заебался",
                "ЁБАНЫЙ",
                "бляди",
                "долбоёб",
                "pizdec",
            })
    void inspect_profaneWordInAnyDisguise_isMasked(String word) {
        assertEquals(
                "well, *** you",
                guard.inspect("well, " + word + " you", TO_OWNER).text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Scunthorpe, Penistone, Essex and shiitake",
                "the cockpit of a classic assassin, but treason",
                "push it, mishit, a t i t l e",
                "оскорблять, рубля, корабля, хлеба, учёба, ребёнок, небу, мебель, страхуй, психует, тихую",
                "команда мандарин, художник, скипидар, мудрец, Херсон, сукно, педикюр, говорить",
                "2 * a * b and #tag",
            })
    void inspect_harmlessWords_stay(String text) {
        assertEquals(text, guard.inspect(text, TO_OWNER).text());
    }

    @Test
    void inspect_levels_maskMildWordsOnlyWhenAsked() {
        PatternGuard strict = new PatternGuard(GuardSettings.defaults().withProfanity(Level.ALL));
        PatternGuard off = new PatternGuard(GuardSettings.defaults().withProfanity(Level.OFF));

        assertEquals("a sexy dick", guard.inspect("a sexy dick", TO_OWNER).text());
        assertEquals("a *** ***", strict.inspect("a sexy dick", TO_OWNER).text());
        assertEquals("fuck", off.inspect("fuck", TO_OWNER).text());
    }

    @Test
    void inspect_allowedWord_stays() {
        GuardSettings settings = new GuardSettings(
                Map.of(Channel.TO_OWNER, Map.of(GuardSettings.PROFANITY, Action.MASK)),
                List.of(),
                Level.STRONG,
                Set.of("Fuckup"),
                Set.of(),
                List.of());

        assertEquals(
                "a fuckup, ***",
                new PatternGuard(settings).inspect("a fuckup, fuck", TO_OWNER).text());
    }
}
