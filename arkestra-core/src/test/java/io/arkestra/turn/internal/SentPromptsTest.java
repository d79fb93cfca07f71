package io.arkestra.turn.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.SessionId;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.guard.internal.GuardSettings;
import io.arkestra.guard.internal.PatternGuard;
import io.arkestra.llm.LlmMessage;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.schedule.internal.TestStores;
import io.arkestra.store.DocStore;
import io.arkestra.testkit.ManualClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is trimmed of a conversation, and what of it comes back. */
class SentPromptsTest {
    private static final UserId ANN = UserId.of("ann");
    private static final SessionId TALK = SessionId.of("talk");

    private final ManualClock clock = ManualClock.at("2026-05-05T09:00:00Z");
    private final DocStore store = TestStores.inMemory(clock);
    private final SentPrompts sent = new SentPrompts(store, List.of(), new PatternGuard(GuardSettings.defaults()));
    private final List<Message> log = new ArrayList<>();

    @AfterEach
    void close() {
        store.close();
    }

    private void say(int turn, Origin origin, String text, String detail) {
        log.add(Message.of(
                        "m" + log.size(),
                        ANN,
                        TALK,
                        TurnId.of("t" + turn),
                        log.size(),
                        origin,
                        "x",
                        text,
                        clock.instant())
                .withDetail(Json.parse(detail)));
    }

    private void turn(int turn) {
        say(turn, Origin.USER, "question " + turn, "{}");
        say(turn, Origin.ASSISTANT, "answer " + turn, "{}");
    }

    private List<String> shown(long room) {
        return sent.view(ANN, TALK, log, room).messages().stream()
                .map(LlmMessage::text)
                .toList();
    }

    @Test
    void view_afterNothingWasKept_showsOnlyWhatCameSince() {
        turn(1);
        turn(2);
        assertEquals(4, shown(10_000).size());
        assertEquals(List.of(), shown(0));
        assertEquals(List.of(), shown(10_000));
        turn(3);
        assertEquals(List.of("question 3", "answer 3"), shown(10_000));
        LlmMessage first = sent.view(ANN, TALK, log, 10_000).messages().get(0);
        assertTrue(first.rendered().contains("question 1"), first.rendered());
    }

    @Test
    void view_afterSomeWereTrimmed_doesNotBringThemBackWhenThereIsMoreRoom() {
        for (int i = 1; i <= 10; i++) {
            turn(i);
        }
        List<String> kept = shown(60);
        assertFalse(kept.isEmpty());
        assertTrue(kept.size() < 20);
        assertEquals(kept, shown(10_000));
    }

    @Test
    void view_ofATrimmedMessage_tellsNoHalfOfAnAccountNumber() {
        say(1, Origin.USER, "x".repeat(60) + " DE89 3704 0044 0532 0130 00 is where it goes", "{}");
        shown(0);
        turn(2);
        LlmMessage first = sent.view(ANN, TALK, log, 10_000).messages().get(0);
        assertTrue(first.rendered().contains("xxx"), first.rendered());
        assertFalse(first.rendered().contains("DE89"), first.rendered());
    }

    @Test
    void view_ofAnOldLogWithAnIdTwice_showsNoResultAsThatOfAnotherCall() {
        say(1, Origin.USER, "go on", "{}");
        String call = "{\"tool_calls\":[{\"id\":\"call-2\",\"name\":\"t\",\"arguments\":\"{}\"}]}";
        say(1, Origin.ASSISTANT, "", call);
        say(1, Origin.TOOL, "a".repeat(8_000), "{\"call\":\"call-2\"}");
        say(1, Origin.ASSISTANT, "", call);
        say(1, Origin.TOOL, "b".repeat(8_000), "{\"call\":\"call-2\"}");
        String told = String.join("\n", shown(900));
        assertTrue(told.contains("characters are left out here"), told);
        assertTrue(told.contains("aaa"), told);
        assertFalse(told.contains("bbb"), told);
    }
}
