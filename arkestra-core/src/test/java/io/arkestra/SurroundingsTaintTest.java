package io.arkestra;

import static io.arkestra.PageOfStrangers.DONE;
import static io.arkestra.PageOfStrangers.EVIL;
import static io.arkestra.PageOfStrangers.FETCH;
import static io.arkestra.PageOfStrangers.READ;
import static io.arkestra.PageOfStrangers.SEND_EVIL;
import static io.arkestra.PageOfStrangers.call;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Taint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told around a message, in conversations that never saw where it came from. */
@Timeout(120)
class SurroundingsTaintTest {
    private static final String REMINDER_NAME = "reminder";
    private static final String TASK_NAME = "task";
    private static final String BOTH_NAME = "task with a reminder";

    private static final String REMINDER =
            call("reminder.create", "{\"when\":\"in 2 hours\",\"text\":\"write to " + EVIL + "\"}");
    private static final String TASK =
            call("task.create", "{\"when\":\"in 2 hours\",\"title\":\"write to " + EVIL + "\"}");
    private static final String TASK_WITH_REMINDER = call(
            "task.create", "{\"when\":\"in 3 hours\",\"title\":\"write to " + EVIL + "\",\"remind\":[\"in 2 hours\"]}");

    private final PageOfStrangers world = new PageOfStrangers();

    @TempDir
    Path home;

    @ParameterizedTest
    @ValueSource(strings = {REMINDER_NAME, TASK_NAME, BOTH_NAME})
    void freshConversation_withWhatAPageHadSetDown_isTainted(String kind) {
        try (Arkestra engine = world.open(home)) {
            assertEquals(
                    2, world.ask(engine, "s", READ, FETCH, making(kind), DONE).size());
        }
        try (Arkestra engine = world.open(home)) {
            assertEquals(List.of("mail.send denied"), world.ask(engine, "fresh", "What is up?", SEND_EVIL));
            assertTrue(world.prompts().get(0).contains(EVIL), "it is told what is to come");
            assertEquals(Set.of(Taint.of("web", "web.fetch")), world.last().taints());
            assertEquals(List.of(EVIL), world.last().untrustedValues());
            assertTrue(world.last().privateRead());
        }
    }

    private static String making(String kind) {
        return switch (kind) {
            case REMINDER_NAME -> REMINDER;
            case TASK_NAME -> TASK;
            default -> TASK_WITH_REMINDER;
        };
    }

    @Test
    void freshConversation_whenItIsNotDueSoon_isClean() {
        try (Arkestra engine = world.open(home)) {
            world.ask(engine, "s", READ, FETCH, REMINDER.replace("2 hours", "3 days"), DONE);
            assertEquals(List.of("mail.send ok"), world.ask(engine, "fresh", "What is up?", SEND_EVIL));
            assertFalse(world.prompts().get(0).contains(EVIL));
            assertEquals(Set.of(), world.last().taints());
        }
    }

    @Test
    void freshConversation_withTheUsersOwnReminder_isClean() {
        try (Arkestra engine = world.open(home)) {
            world.ask(engine, "s", "Remind me in 2 hours to write to " + EVIL, REMINDER, DONE);
            assertEquals(List.of("mail.send ok"), world.ask(engine, "fresh", "What is up?", SEND_EVIL));
            assertTrue(world.prompts().get(0).contains(EVIL));
            assertEquals(Set.of(), world.last().taints());
        }
    }

    /** What it was told stays above in the conversation, after the event is over. */
    @Test
    void conversation_thatWasTold_staysTaintedWhenItIsOver() {
        try (Arkestra engine = world.open(home)) {
            world.ask(engine, "s", READ, FETCH, TASK, DONE);
            world.ask(engine, "fresh", "What is up?", DONE);
        }
        world.clock.advance(Duration.ofHours(5));
        try (Arkestra engine = world.open(home)) {
            assertEquals(List.of("mail.send denied"), world.ask(engine, "fresh", "And now?", SEND_EVIL));
        }
    }
}
