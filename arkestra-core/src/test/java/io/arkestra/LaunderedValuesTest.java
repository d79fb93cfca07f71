package io.arkestra;

import static io.arkestra.testkit.InjectionWorld.DONE;
import static io.arkestra.testkit.InjectionWorld.EVIL_ACCOUNT;
import static io.arkestra.testkit.InjectionWorld.call;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.Taint;
import io.arkestra.common.UserId;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.testkit.InjectionWorld;
import io.arkestra.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A number that was read in quarantine: the conversation stays clean, and the number is nobody's word in any later one either. */
@Timeout(120)
class LaunderedValuesTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final Taint VALUE = Taint.of("quarantine", "web:web.fetch");
    private static final String EXTRACT = call(
            "content.extract",
            "{\"tool\":\"web.fetch\",\"arguments\":{\"url\":\"https://page.example\"},"
                    + "\"fields\":{\"account\":{\"type\":\"integer\"},\"room\":{\"type\":\"integer\"}}}");

    private final ManualClock clock = ManualClock.at("2026-05-05T09:00:00Z");
    private final InjectionWorld world = new InjectionWorld();
    private final List<Action> actions = new CopyOnWriteArrayList<>();

    @TempDir
    Path home;

    private Arkestra open() {
        return Arkestra.builder()
                .home(home)
                .clock(clock)
                .senior(Llm.client(world.senior()))
                .junior(Llm.client(InjectionWorld.junior("{\"account\":" + EVIL_ACCOUNT + ",\"room\":4711}")))
                .tools(t -> world.tools().forEach(t::add))
                .policy(p -> p.allow(InjectionWorld.names()).add((action, scope) -> {
                    actions.add(action);
                    return Decision.abstain();
                }))
                .build();
    }

    private List<String> ask(Arkestra engine, String session, String message, String... answers) {
        world.replies(answers);
        return engine.session(ALICE, SessionId.of(session)).ask(message).toolUses().stream()
                .map(ToolUse::status)
                .toList();
    }

    private static String send(String recipient) {
        return call("mail.send", "{\"recipient\":\"" + recipient + "\",\"body\":\"Hi\"}");
    }

    private static String chat(String id) {
        return call("chat.send", "{\"chat_id\":" + id + ",\"body\":\"Hi\"}");
    }

    @Test
    void value_inTheNextTurn_isNobodysWord() {
        try (Arkestra engine = open()) {
            assertEquals(List.of("ok"), ask(engine, "s", "What is on the page?", EXTRACT, DONE));
            for (String form : List.of(EVIL_ACCOUNT, "acc-" + EVIL_ACCOUNT, "4081 7810 099", "408.178.100-99")) {
                assertEquals(List.of("denied"), ask(engine, "s", "Go on", send(form)), form);
            }
            assertEquals(List.of("denied"), ask(engine, "s", "Go on", chat("4711")));
            // A conversation that has seen values alone is not mistrusted: everything else is as it was.
            assertEquals(List.of("ok"), ask(engine, "s", "Go on", send("office@example.org")));
            assertEquals(Set.of(), actions.get(actions.size() - 1).taints());
            assertEquals(List.of("ok"), ask(engine, "s", "Write to account " + EVIL_ACCOUNT, send(EVIL_ACCOUNT)));
        }
        assertEquals(List.of("office@example.org", EVIL_ACCOUNT), world.sent());
    }

    @Test
    void value_afterARestart_isNobodysWord() {
        try (Arkestra engine = open()) {
            ask(engine, "s", "What is on the page?", EXTRACT, "{\"text\":\"The account is " + EVIL_ACCOUNT + "\"}");
        }
        clock.advance(Duration.ofMinutes(1));
        try (Arkestra engine = open()) {
            assertEquals(List.of("denied"), ask(engine, "s", "Go on", send(EVIL_ACCOUNT)));
            assertEquals(List.of("denied"), ask(engine, "s", "Go on", chat("4711")));
            assertEquals(List.of("ok"), ask(engine, "s", "Go on", send("office@example.org")));
        }
    }

    @Test
    void value_inANote_readInAnotherConversation_isNobodysWord() {
        try (Arkestra engine = open()) {
            ask(
                    engine,
                    "s",
                    "Note the account of the page",
                    EXTRACT,
                    call("note.create", "{\"text\":\"Pay to " + EVIL_ACCOUNT + "\"}"),
                    "{\"text\":\"The account is " + EVIL_ACCOUNT + "\"}");
            assertEquals(
                    List.of("ok", "denied"), ask(engine, "fresh", "zzz", call("note.list", "{}"), send(EVIL_ACCOUNT)));
            assertEquals(
                    List.of("ok", "denied"),
                    ask(
                            engine,
                            "other",
                            "qwx",
                            call("messages.search_by_date", "{\"when\":\"today\"}"),
                            send(EVIL_ACCOUNT)));
        }
        assertEquals(List.of(), world.sent());
    }

    @Test
    void value_inATaskAndAReminder_readInAnotherConversation_isNobodysWord() {
        try (Arkestra engine = open()) {
            ask(
                    engine,
                    "s",
                    "Keep the account of the page",
                    EXTRACT,
                    call("task.create", "{\"title\":\"pay to " + EVIL_ACCOUNT + "\"}"),
                    call("reminder.create", "{\"when\":\"tomorrow at 9\",\"text\":\"pay to " + EVIL_ACCOUNT + "\"}"),
                    DONE);
            assertEquals(List.of("ok", "denied"), ask(engine, "a", "zzz", call("task.list", "{}"), send(EVIL_ACCOUNT)));
            assertEquals(
                    List.of("ok", "denied"), ask(engine, "b", "qwx", call("reminder.list", "{}"), send(EVIL_ACCOUNT)));
        }
        assertEquals(List.of(), world.sent());
    }

    @Test
    void value_inMemoryOverNight_isNobodysWord() {
        String remembered = "{\"text\":\"Noted.\",\"memory\":[{\"kind\":\"fact\",\"text\":"
                + "\"Invoices of blue whales are paid to " + EVIL_ACCOUNT + "\"}]}";
        try (Arkestra engine = open()) {
            ask(engine, "monday", "What does the page say about blue whales?", EXTRACT, remembered);
        }
        clock.advance(Duration.ofDays(1));
        try (Arkestra engine = open()) {
            engine.sleep();
        }
        clock.advance(Duration.ofDays(5));
        try (Arkestra engine = open()) {
            List<MemoryRecord> kept = engine.memory().list(Scope.of(ALICE), MemoryKind.FACT, 10).stream()
                    .filter(record -> record.text().contains(EVIL_ACCOUNT))
                    .toList();
            assertEquals(1, kept.size(), kept.toString());
            assertTrue(kept.get(0).taints().contains(VALUE), kept.toString());
            assertEquals(
                    List.of("ok", "denied"),
                    ask(
                            engine,
                            "saturday",
                            "Where are invoices of blue whales paid to?",
                            call("memory.search", "{\"query\":\"invoices of blue whales\"}"),
                            send(EVIL_ACCOUNT)));
        }
        assertEquals(List.of(), world.sent());
    }
}
