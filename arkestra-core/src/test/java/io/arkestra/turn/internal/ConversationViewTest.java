package io.arkestra.turn.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.SessionId;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConversationViewTest {
    private static final UserId USER = UserId.of("alice");
    private static final SessionId SESSION = SessionId.of("s");
    private static final Instant AT = Instant.parse("2026-03-01T09:00:00Z");
    private static final int HISTORIES = 3_000;
    private static final long PLENTY = 1_000_000;

    @Test
    void of_randomHistories_everyViewIsValidAndWithinBudget() {
        for (int seed = 0; seed < HISTORIES; seed++) {
            Random random = new Random(seed);
            List<Message> log = history(random, false);
            check(log, random.nextInt(400), "seed " + seed);
        }
    }

    @Test
    void of_corruptedHistories_everyViewIsValidAndWithinBudget() {
        for (int seed = 0; seed < HISTORIES; seed++) {
            Random random = new Random(seed);
            List<Message> log = corrupted(history(random, true), random);
            check(log, random.nextInt(400), "corrupted, seed " + seed);
        }
    }

    @Test
    void of_wholeHistory_keepsEveryMessageThatIsForModels() {
        for (int seed = 0; seed < 500; seed++) {
            List<Message> log = history(new Random(seed), false);
            assertEquals(log.size(), ConversationView.of(log, PLENTY).size(), "seed " + seed);
        }
    }

    @Test
    void of_tightBudget_keepsTheNewestTurns() {
        List<Message> log = new ArrayList<>();
        for (int turn = 0; turn < 10; turn++) {
            log.add(message(turn, log.size(), Origin.USER, "question " + turn, Json.emptyObject()));
            log.add(message(turn, log.size(), Origin.ASSISTANT, "answer " + turn, Json.emptyObject()));
        }
        long turn = ConversationView.tokens(ConversationView.of(log.subList(0, 2), PLENTY));
        List<LlmMessage> view = ConversationView.of(log, 3 * turn + turn - 1);
        assertEquals(
                List.of("question 7", "answer 7", "question 8", "answer 8", "question 9", "answer 9"),
                view.stream().map(LlmMessage::text).toList());
    }

    @Test
    void called_ofALog_namesEachToolOnceTheLatestFirst() {
        Json lists = Json.parse("{\"tool_calls\":[{\"id\":\"1\",\"name\":\"note.list\"},{\"id\":\"2\"},7]}");
        Json creates = Json.parse("{\"tool_calls\":[{\"id\":\"1\",\"name\":\"note.create\"}]}");
        List<Message> log = List.of(
                message(0, 0, Origin.ASSISTANT, "", creates),
                message(1, 1, Origin.ASSISTANT, "", lists),
                message(2, 2, Origin.USER, "note.delete", Json.parse("{\"tool_calls\":\"no list\"}")),
                message(3, 3, Origin.ASSISTANT, "", creates));

        assertEquals(List.of("note.create", "note.list"), List.copyOf(ConversationView.called(log)));
        assertEquals(List.of(), List.copyOf(ConversationView.called(List.of())));
    }

    @Test
    void of_turnCutByACrash_keepsTheQuestionWithoutTheUnansweredCall() {
        List<Message> log = List.of(
                message(0, 0, Origin.USER, "note: milk", Json.emptyObject()),
                message(0, 1, Origin.ASSISTANT, "", calls("call-1")));
        List<LlmMessage> view = ConversationView.of(log, PLENTY);
        assertEquals(1, view.size());
        assertEquals(LlmMessage.Role.USER, view.get(0).role());
    }

    @Test
    void of_someCallsAnswered_keepsThoseAndDropsTheOthers() {
        List<Message> log = List.of(
                message(0, 0, Origin.USER, "q", Json.emptyObject()),
                message(0, 1, Origin.ASSISTANT, "", calls("call-1", "call-2")),
                message(0, 2, Origin.TOOL, "done", answer("call-2")));
        List<LlmMessage> view = ConversationView.of(log, PLENTY);
        assertEquals(3, view.size());
        assertEquals(
                List.of("call-2"),
                view.get(1).toolCalls().stream().map(LlmToolCall::id).toList());
        assertEquals("call-2", view.get(2).toolCallId().orElseThrow());
    }

    static Stream<List<Message>> orphans() {
        return Stream.of(
                List.of(message(0, 0, Origin.TOOL, "orphan", answer("call-1"))),
                List.of(message(0, 0, Origin.TOOL, "no id at all", Json.emptyObject())),
                List.of(
                        message(0, 0, Origin.ASSISTANT, "", calls("call-1")),
                        message(1, 1, Origin.TOOL, "of another turn", answer("call-1"))));
    }

    @ParameterizedTest
    @MethodSource("orphans")
    void of_orphanResult_isNotShown(List<Message> log) {
        assertTrue(ConversationView.of(log, PLENTY).isEmpty());
    }

    @Test
    void of_emptyLog_isEmpty() {
        assertTrue(ConversationView.of(List.of(), PLENTY).isEmpty());
    }

    private static void check(List<Message> log, long budget, String history) {
        List<Message> before = List.copyOf(log);
        List<LlmMessage> view = ConversationView.of(Collections.unmodifiableList(log), budget);
        assertEquals(before, log, history);
        assertTrue(view.size() <= log.size(), history);
        assertTrue(ConversationView.tokens(view) <= budget, history);
        assertPaired(view, history);
        assertWholeNewestTurns(log, view, budget, history);
    }

    /** Each call is answered right after the message that asked for it, in order; no result stands anywhere else. */
    private static void assertPaired(List<LlmMessage> view, String history) {
        int i = 0;
        while (i < view.size()) {
            LlmMessage message = view.get(i++);
            assertTrue(message.role() != LlmMessage.Role.TOOL, history + ": orphan result at " + (i - 1));
            List<String> asked =
                    message.toolCalls().stream().map(LlmToolCall::id).toList();
            assertEquals(asked.size(), asked.stream().distinct().count(), history);
            for (String id : asked) {
                assertTrue(i < view.size(), history + ": unanswered call " + id);
                LlmMessage result = view.get(i++);
                assertEquals(LlmMessage.Role.TOOL, result.role(), history);
                assertEquals(id, result.toolCallId().orElseThrow(), history);
            }
        }
    }

    /** What is shown is what the newest turns give, each on its own and whole; one turn more would not fit. */
    private static void assertWholeNewestTurns(List<Message> log, List<LlmMessage> view, long budget, String history) {
        List<TurnId> turns = log.stream().map(Message::turn).distinct().toList();
        for (int kept = 0; kept <= turns.size(); kept++) {
            List<TurnId> newest = turns.subList(turns.size() - kept, turns.size());
            List<LlmMessage> expected = newest.stream()
                    .flatMap(turn ->
                            ConversationView.of(
                                    log.stream()
                                            .filter(message -> message.turn().equals(turn))
                                            .toList(),
                                    PLENTY)
                                    .stream())
                    .toList();
            boolean last = kept == turns.size();
            if (expected.size() == view.size() && texts(expected).equals(texts(view))) {
                return;
            }
            assertTrue(
                    !last && ConversationView.tokens(expected) <= budget,
                    history + ": the view is not the newest whole turns");
        }
    }

    private static List<String> texts(List<LlmMessage> messages) {
        return messages.stream()
                .map(message -> message.role() + message.text() + message.toolCalls())
                .toList();
    }

    private static List<Message> history(Random random, boolean reusedIds) {
        List<Message> log = new ArrayList<>();
        int turns = random.nextInt(12);
        for (int turn = 0; turn < turns; turn++) {
            log.add(message(turn, log.size(), Origin.USER, words(random), Json.emptyObject()));
            int call = 0;
            for (int round = random.nextInt(3); round > 0; round--) {
                int first = reusedIds && random.nextInt(4) == 0 ? 1 : call + 1;
                int count = 1 + random.nextInt(3);
                String[] ids = IntStream.range(first, first + count)
                        .mapToObj(number -> "call-" + number)
                        .toArray(String[]::new);
                log.add(message(turn, log.size(), Origin.ASSISTANT, random.nextBoolean() ? "" : "wait", calls(ids)));
                for (String id : ids) {
                    log.add(message(turn, log.size(), Origin.TOOL, "result of " + id, answer(id)));
                }
                call = first + count - 1;
            }
            log.add(message(turn, log.size(), Origin.ASSISTANT, words(random), Json.emptyObject()));
        }
        return log;
    }

    private static List<Message> corrupted(List<Message> log, Random random) {
        List<Message> broken = new ArrayList<>(log);
        for (int damage = 1 + random.nextInt(4); damage > 0 && !broken.isEmpty(); damage--) {
            int at = random.nextInt(broken.size());
            switch (random.nextInt(6)) {
                case 0 -> broken.remove(at);
                case 1 -> broken.add(random.nextInt(broken.size() + 1), broken.get(at));
                case 2 -> Collections.swap(broken, at, random.nextInt(broken.size()));
                case 3 -> broken.subList(at, broken.size()).clear();
                case 4 -> broken.add(at, message(random.nextInt(12), at, Origin.TOOL, "stray", answer("call-1")));
                default ->
                    broken.add(
                            at,
                            message(
                                    random.nextInt(12),
                                    at,
                                    Origin.ASSISTANT,
                                    "",
                                    Json.object()
                                            .put("tool_calls", Json.strings(List.of("no object")))
                                            .build()));
            }
        }
        return broken;
    }

    private static String words(Random random) {
        return "слово word ".repeat(1 + random.nextInt(10)).strip();
    }

    private static Json calls(String... ids) {
        List<Json> calls = Stream.of(ids)
                .map(id -> Json.object()
                        .put("id", id)
                        .put("name", "note.create")
                        .put("arguments", "{\"text\":\"x\"}")
                        .build())
                .toList();
        return Json.object().put("tool_calls", Json.array(calls)).build();
    }

    private static Json answer(String call) {
        return Json.object().put("call", call).build();
    }

    private static Message message(int turn, long ordinal, Origin origin, String text, Json detail) {
        return Message.of(
                        "t" + turn + "-" + ordinal,
                        USER,
                        SESSION,
                        TurnId.of("t" + turn),
                        ordinal,
                        origin,
                        "speaker",
                        text,
                        AT)
                .withDetail(detail);
    }
}
