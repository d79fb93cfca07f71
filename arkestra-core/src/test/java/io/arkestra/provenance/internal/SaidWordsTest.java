package io.arkestra.provenance.internal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SaidWordsTest {
    private static boolean holds(String said, String name, String value) {
        SaidWords words = new SaidWords();
        words.add(said);
        Destination.Kind kind = ParameterNames.destination(name).orElse(Destination.Kind.SUBJECT);
        return words.hold(new Destination(kind, name, value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Write to bob@example.org, please.|recipient|bob@example.org",
                "Write to Bob@Example.org|recipient|bob@example.org",
                "Send it to Alice's desk|recipient|Alice",
                "refund GB29 NWBK 6016 1331 9268 19 today|recipient|GB29NWBK60161331926819",
                "refund GB29NWBK60161331926819.|recipient|GB29 NWBK 6016 1331 9268 19",
                "call +44 (20) 7946-0958|phone|+442079460958",
                "look at https://docs.example.org/guide/|url|docs.example.org/guide",
                "look at www.example.org (mine)|url|https://www.example.org/",
                "stay at 'Le  Marais Boutique'|hotel|Le Marais Boutique",
                "delete file 13|file_id|13",
                "cancel event id: 7|event_id|7",
                "ＢＯＢ@example.org|recipient|bob@example.org",
                "Напиши Алисе|recipient|Алисе",
            })
    void hold_saidAsAWhole_true(String said, String name, String value) {
        assertTrue(holds(said, name, value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Write to bob@example.org.evil.net|recipient|bob@example.org",
                "Write to jim-bob@example.org|recipient|bob@example.org",
                "see notevil.com|url|evil.com",
                "see a.evil.com|url|evil.com",
                "see evil.com.au|url|evil.com",
                "see example.org|url|example.org/leak?secret=1",
                "see example.org@evil.com|url|example.org",
                "June 13 according to the file|file_id|13",
                "pay 7 pounds|id|7",
                "Malice wrote|recipient|Alice",
                "alice@example.org wrote|recipient|Alice",
                "refund GB29NWBK60161331926819|recipient|GB29NWBK6016133192681",
                "refund GB29NWBK60161331926819|recipient|US133000000121212121212",
                "nothing|recipient|$dynamic",
            })
    void hold_saidInPartOrNotAtAll_false(String said, String name, String value) {
        assertFalse(holds(said, name, value));
    }

    @Test
    void hold_letterOfAnotherAlphabet_false() {
        assertFalse(holds("Pay apple", "recipient", "\u0430pple"));
        assertFalse(holds("Pay \u0430pple", "recipient", "apple"));
    }

    @Test
    void hold_hiddenCharactersWithin_comparedWithoutThem() {
        assertTrue(holds("Pay ap\u200Bple", "recipient", "apple"));
    }

    @Test
    void hold_nothingSaid_false() {
        assertFalse(holds("   ", "recipient", "Alice"));
        assertFalse(holds("Alice", "recipient", "\u200B"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "Create an event 'Dentist' on Monday|Dentist",
                "an event called \"Dinner in London\", please|Dinner in London",
                "Событие «Врач» на завтра|Врач",
                "the event “Call the bank” at 3|call the bank",
            })
    void hold_titleBetweenQuotationMarks_true(String said, String title) {
        SaidWords words = new SaidWords();
        words.add(said);
        assertTrue(words.hold(new Destination(Destination.Kind.TITLE, "title", title)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "Am I free for lunch on Monday?|lunch",
                "an event 'Dentist and more'|Dentist",
                "the Smiths' Dinner at Ann's place|Dinner at Ann",
                "an event 'Dentist'|Dentist and more",
            })
    void hold_titleThatWasOnlyTalkedOf_false(String said, String title) {
        SaidWords words = new SaidWords();
        words.add(said);
        assertFalse(words.hold(new Destination(Destination.Kind.TITLE, "title", title)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {"a table at L’Étoile d’Or|L'Étoile d'Or", "a table at O'Hara's|O’Hara’s"})
    void hold_nameWithAnotherApostrophe_true(String said, String name) {
        SaidWords words = new SaidWords();
        words.add(said);
        assertTrue(words.hold(new Destination(Destination.Kind.SUBJECT, "restaurant", name)));
        assertFalse(words.hold(new Destination(Destination.Kind.RECIPIENT, "to", name)));
    }
}
