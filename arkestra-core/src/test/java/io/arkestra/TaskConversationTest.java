package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.UserId;
import io.arkestra.testkit.ManualClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tasks in conversation, without a model and around one. */
@Timeout(60)
class TaskConversationTest {
    private static final UserId ALICE = UserId.of("alice");

    private final ManualClock clock = ManualClock.at("2026-05-05T09:00:00Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Add a task: pay the rent tomorrow at 9 | What are my tasks? | - pay the rent, due Wednesday, 6 May 2026, 09:00 | Mark the task rent as done | Done: pay the rent",
                "Добавь задачу: оплатить аренду завтра в 9 | Какие у меня задачи? | - оплатить аренду, срок: среда, 6 мая 2026, 09:00 | Заверши задачу оплатить аренду | Сделано: оплатить аренду",
                "Add a task to buy milk | my to-do list | - buy milk | complete the task buy milk | Done: buy milk"
            })
    void tasks_byRulesAlone_areAddedListedAndTickedOff(
            String add, String ask, String line, String complete, String done) {
        try (Arkestra engine = Arkestra.builder().clock(clock).build()) {
            Session session = engine.session(ALICE);
            assertEquals("ok", session.ask(add).toolUses().get(0).status());
            String listed = session.ask(ask).text();
            assertTrue(listed.contains(line), listed);
            String ticked = session.ask(complete).text();
            assertTrue(ticked.contains(done), ticked);
            assertFalse(session.ask(ask).text().contains(line));
        }
    }

    @Test
    void task_thatIsDueSoon_isToldToTheSeniorWithWhatIsToCome() {
        RecordingLlm senior = RecordingLlm.writing((request, cancel) -> "{\"text\":\"Fine\"}");
        try (Arkestra engine =
                Arkestra.builder().clock(clock).senior(Llm.client(senior)).build()) {
            Session session = engine.session(ALICE);
            session.ask("hello");
            assertFalse(senior.requests().get(0).messages().toString().contains("pay the rent"));
        }
        RecordingLlm adding =
                RecordingLlm.writing((request, cancel) -> request.messages().size() > 0
                                && request.lastMessage().orElseThrow().text().contains("please add")
                        ? "{\"text\":\"\",\"tool_calls\":[{\"name\":\"task.create\",\"arguments\":{\"title\":\"pay the rent\",\"when\":\"today at 17\"}}]}"
                        : "{\"text\":\"Fine\"}");
        try (Arkestra engine =
                Arkestra.builder().clock(clock).senior(Llm.client(adding)).build()) {
            Session session = engine.session(ALICE);
            assertEquals("ok", session.ask("please add it").toolUses().get(0).status());
            session.ask("what now?");
            String prompt = adding.requests()
                    .get(adding.requests().size() - 1)
                    .messages()
                    .toString();
            assertTrue(
                    adding.requests().stream()
                            .flatMap(request -> request.messages().stream())
                            .anyMatch(message -> message.rendered().contains("2026-05-05T17:00")),
                    prompt);
        }
    }

    @Test
    void memoryReset_askedForByAModel_isNotMadeWithoutAPerson() {
        RecordingLlm senior = RecordingLlm.writing(
                (request, cancel) -> request.lastMessage().orElseThrow().role() == io.arkestra.llm.LlmMessage.Role.TOOL
                        ? "{\"text\":\"Fine\"}"
                        : "{\"text\":\"\",\"tool_calls\":[{\"name\":\"memory.reset\",\"arguments\":{\"scope\":\"all\"}}]}");
        try (Arkestra engine =
                Arkestra.builder().clock(clock).senior(Llm.client(senior)).build()) {
            engine.memory()
                    .remember(
                            io.arkestra.common.Scope.of(ALICE),
                            io.arkestra.memory.MemoryDraft.note("the gate code is 4711"));
            assertEquals(
                    "denied",
                    engine.session(ALICE).ask("forget all").toolUses().get(0).status());
            assertEquals(
                    1,
                    engine.memory().list(io.arkestra.common.Scope.of(ALICE), 10).size());
        }
    }
}
