package io.arkestra.text.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PhrasebookTest {
    private static final Phrasebook ENGLISH = Phrasebook.of(Language.ENGLISH);
    private static final Phrasebook RUSSIAN = Phrasebook.of(Language.RUSSIAN);

    @Test
    void keys_ofBothLanguages_areTheSame() {
        assertEquals(ENGLISH.keys(), RUSSIAN.keys());
    }

    @Test
    void familiarForms_allStandForASentenceThatThereIs() {
        assertTrue(
                RUSSIAN.keys().containsAll(RUSSIAN.familiarKeys()),
                RUSSIAN.familiarKeys().toString());
    }

    @Test
    void say_toSomebodyWhoIsSaidTyTo_saysTyWhereThereIsAFormForIt() {
        Phrasebook familiar = Phrasebook.of(Language.familiar(Language.RUSSIAN));

        assertEquals("Привет, Аня!", familiar.say("greeting", ", Аня"));
        assertEquals("Здравствуйте, Аня!", RUSSIAN.say("greeting", ", Аня"));
        assertEquals(RUSSIAN.say("thanks"), familiar.say("thanks"));
        assertEquals(
                ENGLISH.say("thanks"),
                Phrasebook.of(Language.familiar(Language.ENGLISH)).say("thanks"));
    }

    @Test
    void days_thursdayToSaturday_areInTheCasesOfTheirLanguage() {
        ZonedDateTime from = ZonedDateTime.parse("2026-01-01T00:00:00Z");
        ZonedDateTime to = ZonedDateTime.parse("2026-01-03T00:00:00Z");
        assertEquals("с четверга, 1 января 2026 по субботу, 3 января 2026", RUSSIAN.days(from, to));
        assertEquals("between Thursday, 1 January 2026 and Saturday, 3 January 2026", ENGLISH.days(from, to));
    }

    /** The sentences as the memory writes them; see also the conversation with a model that knows no Russian. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Searched by words and letters only: the embedding model minilm does not understand Russian.",
                "Searched by words only, because the search by meaning failed: the file is gone",
                "Some texts are not embedded yet; they are found by words only.",
                "Nothing was found in the time that was asked for; all times were searched.",
                "The search index is still being built; something may be missing.",
                "The search index was damaged and has been built anew.",
                "Nothing could be recalled, because the search index cannot be used: x"
            })
    void recallNote_inRussian_isRussianAndMeansTheSame(String note) {
        String said = RUSSIAN.recallNote(note);
        assertFalse(said.replace("minilm", "").matches(".*[A-Za-z].*"), said);
        assertFalse(said.equals(RUSSIAN.say("recall.note.other")), said);
        assertEquals(note, ENGLISH.recallNote(note));
    }

    @Test
    void recallNote_ofASentenceThatNobodyKnows_isSaidInGeneral() {
        assertEquals(RUSSIAN.say("recall.note.other"), RUSSIAN.recallNote("The moon was in the way."));
    }
}
