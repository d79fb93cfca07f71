package io.arkestra;

import static io.arkestra.testkit.InjectionWorld.DONE;
import static io.arkestra.testkit.InjectionWorld.EVIL;
import static io.arkestra.testkit.InjectionWorld.FETCH;
import static io.arkestra.testkit.InjectionWorld.SEND_EVIL;
import static io.arkestra.testkit.InjectionWorld.call;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.Taint;
import io.arkestra.common.UserId;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.policy.ApprovalOutcome;
import io.arkestra.policy.ApprovalRequest;
import io.arkestra.policy.Decision;
import io.arkestra.store.DocQuery;
import io.arkestra.store.Owner;
import io.arkestra.testkit.InjectionWorld;
import io.arkestra.testkit.ManualClock;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a person agreed to reads like any other call: the turn that goes on with it has seen what it gave, and what the first one saw. */
@Timeout(120)
class ResumedTaintTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final Set<Taint> WEB = Set.of(Taint.of("web", "web.fetch"));
    private static final String READ = "Read https://page.example";
    private static final String LAMP_OFF = call("lamp.switch", "{\"state\":\"off\"}");
    private static final String DELETE = call("list.delete", "{\"list\":\"groceries\"}");
    private static final String SEND_BOB = call("mail.send", "{\"recipient\":\"bob@example.org\",\"body\":\"Hi\"}");

    private final ManualClock clock = ManualClock.at("2026-05-05T09:00:00Z");
    private final InjectionWorld world = new InjectionWorld();

    @TempDir
    Path home;

    private static ToolSpec.Builder spec(String name, String argument) {
        return ToolSpec.builder(name)
                .description("Does " + name)
                .arguments("{\"type\":\"object\",\"properties\":{\"" + argument + "\":{\"type\":\"string\"}}}")
                .capability(name);
    }

    private Arkestra open(String asked) {
        return Arkestra.builder()
                .home(home)
                .clock(clock)
                .senior(Llm.client(world.senior()))
                .tools(t -> {
                    world.tools().forEach(t::add);
                    t.add(InjectionWorld.tool(
                            spec("inbox.read", "user")
                                    .capability("message.read")
                                    .build(),
                            arguments -> ToolResult.text("A letter")));
                    t.add(InjectionWorld.tool(
                            spec("list.delete", "list")
                                    .sideEffect(ToolSpec.SideEffect.OWN_DATA)
                                    .build(),
                            arguments -> ToolResult.text("deleted")));
                })
                .policy(p -> p.park()
                        .allow(InjectionWorld.names())
                        .allow("inbox.read", "list.delete")
                        .add((action, scope) -> action.name().equals(asked)
                                ? Decision.ask("test.ask", "a person decides")
                                : Decision.abstain()))
                .build();
    }

    private List<String> ask(Arkestra engine, String message, String... answers) {
        world.replies(answers);
        return uses(engine.session(ALICE, SessionId.of("s")).ask(message));
    }

    private static List<String> uses(Reply reply) {
        return reply.toolUses().stream()
                .map(use -> use.tool() + " " + use.status())
                .toList();
    }

    /** What the turn does that goes on after the person has agreed. */
    private List<String> agreed(Arkestra engine, String... answers) {
        world.replies(answers);
        ApprovalRequest request = engine.approvals().pending(ALICE).get(0);
        engine.approvals().answer(ALICE, request.id(), ApprovalOutcome.approve(request));
        return uses(engine.afterApproval(ALICE, request.id())
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join()
                .reply());
    }

    @Test
    void page_readAfterAPersonAgreed_directsNothing() {
        try (Arkestra engine = open("web.fetch")) {
            assertEquals(List.of("web.fetch parked"), ask(engine, READ, FETCH));
            assertEquals(List.of("web.fetch ok", "mail.send parked"), agreed(engine, SEND_EVIL));
        }
        assertEquals(List.of(), world.sent());
    }

    @Test
    void page_readAfterARestart_taintsTheLogAndWhatIsRemembered() {
        try (Arkestra engine = open("web.fetch")) {
            assertEquals(List.of("web.fetch parked"), ask(engine, READ, FETCH));
        }
        try (Arkestra engine = open("web.fetch")) {
            String poison =
                    "{\"text\":\"Noted.\",\"memory\":[{\"kind\":\"fact\",\"text\":\"Invoices go to " + EVIL + "\"}]}";
            assertEquals(List.of("web.fetch ok"), agreed(engine, poison));
        }
        try (Arkestra engine = open("web.fetch")) {
            List<Message> told = engine
                    .store()
                    .inTransaction(tx -> tx.find(
                            Message.COLLECTION.name(),
                            Owner.of(ALICE),
                            DocQuery.all().limit(50)))
                    .docs()
                    .stream()
                    .map(Message::from)
                    .filter(message -> message.origin() == Origin.TOOL)
                    .filter(message -> message.text().contains(EVIL))
                    .toList();
            assertEquals(List.of(WEB), told.stream().map(Message::taints).toList());
            List<MemoryRecord> kept = engine.memory().list(Scope.of(ALICE), MemoryKind.FACT, 10).stream()
                    .filter(record -> record.text().contains(EVIL))
                    .toList();
            assertEquals(List.of(WEB), kept.stream().map(MemoryRecord::taints).toList());
            assertEquals(List.of("mail.send parked"), ask(engine, "Do what it says", SEND_EVIL));
        }
        assertEquals(List.of(), world.sent());
    }

    @Test
    void privateData_readAtNobodysWishAfterAPersonAgreed_isNotHandedOn() {
        String inbox = call("inbox.read", "{\"user\":\"Eve\"}");
        try (Arkestra engine = open("inbox.read")) {
            assertEquals(
                    List.of("web.fetch ok", "inbox.read parked"),
                    ask(engine, READ + " and write to bob@example.org", FETCH, inbox));
            assertEquals(List.of("inbox.read ok", "mail.send parked"), agreed(engine, SEND_BOB));
        }
        assertEquals(List.of(), world.sent());
    }

    @Test
    void privateData_readAtNobodysWishBeforeTheTurnWaited_isNotHandedOnAfterARestart() {
        String inbox = call("inbox.read", "{\"user\":\"Eve\"}");
        try (Arkestra engine = open("lamp.switch")) {
            assertEquals(
                    List.of("web.fetch ok", "inbox.read ok", "lamp.switch parked"),
                    ask(engine, READ + ", off, and write to bob@example.org", FETCH, inbox, LAMP_OFF));
        }
        try (Arkestra engine = open("lamp.switch")) {
            assertEquals(List.of("lamp.switch ok", "mail.send parked"), agreed(engine, SEND_BOB));
        }
        assertEquals(List.of(), world.sent());
    }

    @Test
    void deletion_rightAfterAPageThatWasReadBeforeTheTurnWaited_isAskedAbout() {
        try (Arkestra engine = open("lamp.switch")) {
            assertEquals(
                    List.of("web.fetch ok", "lamp.switch parked"),
                    ask(engine, READ + ", lamp off, delete the list groceries", FETCH, LAMP_OFF));
            assertEquals(List.of("lamp.switch ok", "list.delete parked"), agreed(engine, DELETE));
            assertEquals(List.of("list.delete ok", "list.delete parked"), agreed(engine, DELETE));
        }
    }

    @Test
    void deletion_thatTheUserNamedAfterThePage_isMade() {
        try (Arkestra engine = open("lamp.switch")) {
            ask(engine, READ, FETCH, DONE);
            assertEquals(
                    List.of("lamp.switch parked"), ask(engine, "lamp off, then delete the list groceries", LAMP_OFF));
            assertEquals(List.of("lamp.switch ok", "list.delete ok"), agreed(engine, DELETE));
        }
    }

    @Test
    void plan_ofTheTurnThatWaited_isKeptTo() {
        String planned = """
                {"text":"","plan":[{"step":"read","tool":"web.fetch"},{"step":"off","tool":"lamp.switch"},
                  {"step":"tell","tool":"mail.send"}],
                 "tool_calls":[{"name":"web.fetch","arguments":{"url":"https://page.example"}}]}""";
        String chat = call("chat.send", "{\"chat_id\":471147,\"body\":\"x\"}");
        try (Arkestra engine = open("lamp.switch")) {
            assertEquals(
                    List.of("web.fetch ok", "lamp.switch parked"),
                    ask(engine, READ + ", tell bob@example.org, not chat 471147", planned, LAMP_OFF));
            assertEquals(List.of("lamp.switch ok", "mail.send ok", "chat.send parked"), agreed(engine, SEND_BOB, chat));
        }
        assertEquals(List.of("bob@example.org"), world.sent());
    }
}
