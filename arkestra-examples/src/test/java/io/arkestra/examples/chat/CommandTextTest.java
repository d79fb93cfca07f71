package io.arkestra.examples.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Arkestra;
import io.arkestra.Session;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.memory.MemoryDraft;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What commands print can be read by people. */
class CommandTextTest {
    private static final UserId ANN = UserId.of("ann");

    private Arkestra arkestra;
    private Session session;
    private Commands commands;

    @BeforeEach
    void open() {
        arkestra = Arkestra.builder().build();
        session = arkestra.session(ANN);
        commands = new Commands(arkestra, Scope.of(ANN), line -> {});
    }

    @AfterEach
    void close() {
        arkestra.close();
    }

    private void remember(String text) {
        arkestra.memory().remember(Scope.of(ANN), MemoryDraft.fact(text));
    }

    @Test
    void why_answerFromMemory_isLinesAndJsonOnlyWhenAsked() {
        remember("The blue Volvo is parked in the yard");
        commands.last(session.ask("Where is the Volvo parked?").turn());

        String why = commands.run("/why").text();

        assertFalse(why.contains("{"), why);
        assertTrue(
                why.lines().anyMatch(line -> line.matches(" +\\[.+] score -?[0-9.]+: [a-zA-Z]+ .*")),
                "a passage with score and parts: " + why);
        assertTrue(why.lines().allMatch(line -> line.length() < 2_000), why);
        CommandReply json = commands.run("/why json");
        assertEquals(json.fields(), Json.parse(json.text()));
        assertTrue(json.fields().has("steps"));
        assertTrue(commands.run("/why not").fields().has("error"));
    }

    @Test
    void memory_hits_haveTheirPartsAndNoneIsWithoutAnythingInCommon() {
        remember("The blue Volvo is parked in the yard");
        for (String other :
                List.of("Maria bakes bread on Sundays", "The piano was tuned in May", "Rex likes the park")) {
            remember(other);
        }

        CommandReply reply = commands.run("/memory Volvo");

        assertTrue(reply.text().contains("coverage 1.000"), reply.text());
        assertFalse(reply.text().contains("piano"), reply.text());
        List<Json> hits = reply.fields().list("hits");
        assertEquals(1, hits.size(), reply.text());
        assertTrue(hits.get(0).get("parts").orElseThrow().has("coverage"));
        assertTrue(commands.run("/memory xylophone").text().startsWith("Nothing is remembered about that."));
    }

    /** Beside a hit is not like a hit: who says one thing after the other does not speak of one thing. */
    @Test
    void memory_whatWasSaidBesideAHit_isNotShown() {
        session.ask("Remember that the spare key is under the blue flowerpot");
        session.ask("I like tea");
        session.ask("Maria bakes bread on Sundays");

        CommandReply reply = commands.run("/memory key");

        assertTrue(reply.text().contains("flowerpot"), reply.text());
        assertFalse(reply.text().contains("tea"), reply.text());
        assertFalse(reply.text().contains("bread"), reply.text());
        long weaker = reply.fields().integer("weaker").orElseThrow();
        assertEquals(weaker > 0, reply.text().contains("weaker"), reply.text());
    }

    @Test
    void sleep_details_listsWhatHappenedAndDoesNotSleepAgain() {
        for (int i = 0; i < 8; i++) {
            session.ask("My friend number " + (char) ('A' + i) + "lex lives in Lisbon");
            remember("Important " + "abcdefgh".charAt(i) + " number " + i * 1234567);
        }
        session.ask("bye");

        CommandReply slept = commands.run("/sleep");
        CommandReply details = commands.run("/sleep details");

        int entries = slept.fields().list("entries").size();
        assertTrue(entries > 5, slept.text());
        assertEquals(7, slept.text().lines().count(), slept.text());
        assertTrue(slept.text().endsWith("… and " + (entries - 5) + " more: /sleep details"), slept.text());
        assertEquals(entries + 1, details.text().lines().count(), details.text());
        assertEquals(slept.fields(), details.fields());
        assertFalse(slept.text().contains("1 facts"), slept.text());
        assertFalse(slept.text().contains("1 summaries"), slept.text());
        assertTrue(commands.run("/sleep now").fields().has("error"));
    }

    @Test
    void answerLanguage_notes_areInTheLanguageOfTheAnswer() {
        assertEquals(
                "и ещё источников: 15", AnswerLanguage.of("Вы сказали: Volvo").moreSources(15));
        assertEquals("and 1 more source", AnswerLanguage.of("You said: Вольво").moreSources(1));
        assertEquals("p. 3", AnswerLanguage.ENGLISH.pages(3, 3));
        assertEquals("с. 2–3", AnswerLanguage.RUSSIAN.pages(2, 3));
        assertEquals("(cancelled)", AnswerLanguage.of("").cancelled());
    }
}
