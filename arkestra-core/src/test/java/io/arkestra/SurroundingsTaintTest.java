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
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is told around a message, in conversations that never saw where it came from. */
@Timeout(120)
class SurroundingsTaintTest {
    /** Common words alone, for which memory looks for nothing: what it finds has taints of its own. */
    private static final String NOTHING_TO_RECALL = "What is up?";

    private static final String WRITE = "write to " + EVIL;
    private static final String REMINDER =
            call("reminder.create", "{\"when\":\"in 2 hours\",\"text\":\"" + WRITE + "\"}");

    private final PageOfStrangers world = new PageOfStrangers();

    @TempDir
    Path home;

    @Test
    void freshConversation_isNotToldTheWordsThatAPageHadSetDown() {
        try (Arkestra engine = world.open(home)) {
            world.ask(engine, "a", READ, FETCH, REMINDER, DONE);
            world.ask(
                    engine,
                    "b",
                    READ,
                    FETCH,
                    call("task.create", "{\"when\":\"in 3 hours\",\"title\":\"" + WRITE + "\"}"));
            String both = "{\"when\":\"in 5 hours\",\"title\":\"" + WRITE + "\",\"remind\":[\"in 4 hours\"]}";
            world.ask(engine, "c", READ, FETCH, call("task.create", both), DONE);
        }
        try (Arkestra engine = world.open(home)) {
            world.ask(engine, "fresh", NOTHING_TO_RECALL, DONE);
            String prompt = world.prompts().get(0);
            assertFalse(prompt.contains(EVIL), "the words of a page");
            for (int hour = 11; hour <= 13; hour++) {
                assertTrue(prompt.contains("T" + hour + ":00"), "that something is to come at " + hour);
            }
            assertEquals(
                    List.of("reminder.list ok", "mail.send denied"),
                    world.ask(engine, "listed", NOTHING_TO_RECALL, call("reminder.list", "{}"), SEND_EVIL));
            assertEquals(Set.of(Taint.of("web", "web.fetch")), world.last().taints());
        }
    }

    @Test
    void freshConversation_isToldTheUsersOwnReminder() {
        try (Arkestra engine = world.open(home)) {
            world.ask(engine, "s", "Remind me in 2 hours to write to " + EVIL, REMINDER, DONE);
            assertEquals(List.of("mail.send ok"), world.ask(engine, "fresh", NOTHING_TO_RECALL, SEND_EVIL));
            assertTrue(world.prompts().get(0).contains(EVIL));
            assertEquals(Set.of(), world.last().taints());
        }
    }
}
