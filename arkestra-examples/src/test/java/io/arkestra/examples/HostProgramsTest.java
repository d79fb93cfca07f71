package io.arkestra.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Arkestra;
import io.arkestra.Explanation;
import io.arkestra.Llm;
import io.arkestra.Outcome;
import io.arkestra.Reply;
import io.arkestra.Session;
import io.arkestra.ToolUse;
import io.arkestra.Turn;
import io.arkestra.common.Cancellation;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.event.ArkestraEvent;
import io.arkestra.event.Events;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.TokenCount;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Passage;
import io.arkestra.memory.RecallQuery;
import io.arkestra.policy.Decision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What hosts write, as a stranger would write it: each program compiles, runs and does what it says. */
class HostProgramsTest {
    private static final UserId ALICE = UserId.of("alice");

    @TempDir
    Path dir;

    @Test
    void minimalChat_remembersAndAnswersWithSource() {
        try (Arkestra arkestra = Arkestra.builder().home(dir.resolve("data")).build()) {
            Session session = arkestra.session(ALICE);
            session.ask("Remember that my sister's birthday is on 3 May");
            Reply reply = session.ask("When is my sister's birthday?");

            assertTrue(reply.text().contains("3 May"), reply.text());
            assertTrue(reply.sources().get(0).quote().contains("my sister's birthday is on 3 May"));
        }
    }

    @Test
    void streaming_cancelledFromAnotherThread_keepsWhatCame() throws InterruptedException {
        CountDownLatch firstPiece = new CountDownLatch(1);
        StringBuffer shown = new StringBuffer();
        try (Arkestra arkestra =
                Arkestra.builder().senior(Llm.client(new EndlessLlm())).build()) {
            Turn turn = arkestra.session(ALICE)
                    .turn("Tell me a long story")
                    .onText(piece -> {
                        shown.append(piece);
                        firstPiece.countDown();
                    })
                    .start();
            assertTrue(firstPiece.await(20, TimeUnit.SECONDS));
            long before = System.nanoTime();
            turn.cancel();
            Outcome outcome = turn.await();

            assertTrue(System.nanoTime() - before < Duration.ofSeconds(5).toNanos());
            assertEquals(Outcome.Kind.CANCELLED, outcome.kind());
            assertEquals(shown.toString(), outcome.reply().text());
        }
    }

    @Test
    void ownLlmClient_answers() {
        try (Arkestra arkestra =
                Arkestra.builder().senior(Llm.client(new EchoLlm())).build()) {
            Reply reply = arkestra.session(ALICE).ask("Is there an echo here?");

            assertEquals("You said: Is there an echo here?", reply.text());
        }
    }

    @Test
    void ownTool_preparesAndActs() throws IOException {
        Path list = dir.resolve("shopping.txt");
        try (Arkestra arkestra = Arkestra.builder()
                .senior(Llm.script(script("shopping.add", "{\"item\": \"milk\"}")))
                .tools(tools -> tools.add(new ShoppingTool(list)))
                .policy(policy -> policy.allow("shopping.add"))
                .build()) {
            Reply reply = arkestra.session(ALICE).ask("Put milk on the list");

            assertEquals(List.of(new ToolUse("shopping.add", "ok")), reply.toolUses());
            assertEquals("Added milk", reply.text());
            assertEquals(List.of("milk"), Files.readAllLines(list));
        }
    }

    @Test
    void ownTool_argumentsAgainstItsSchema_neverReachIt() throws IOException {
        Path list = dir.resolve("shopping.txt");
        try (Arkestra arkestra = Arkestra.builder()
                .senior(Llm.script(script("shopping.add", "{\"item\": 7}")))
                .tools(tools -> tools.add(new ShoppingTool(list)))
                .policy(policy -> policy.allow("shopping.add"))
                .build()) {
            Reply reply = arkestra.session(ALICE).ask("Put milk on the list");

            assertFalse(
                    reply.toolUses().get(0).status().equals("ok"),
                    reply.toolUses().toString());
            assertFalse(Files.exists(list));
        }
    }

    @Test
    void hostPolicy_deniesByArguments_beatsTheAllowance() throws IOException {
        Path list = dir.resolve("shopping.txt");
        try (Arkestra arkestra = Arkestra.builder()
                .senior(Llm.script(script("shopping.add", "{\"item\": \"beer\"}")))
                .tools(tools -> tools.add(new ShoppingTool(list)))
                .policy(policy -> policy.allow("shopping.add")
                        .add((action, scope) ->
                                action.arguments().string("item").orElse("").equals("beer")
                                        ? Decision.deny("no-beer", "There is enough beer")
                                        : Decision.abstain()))
                .build()) {
            Reply reply = arkestra.session(ALICE).ask("Put beer on the list");

            assertEquals(1, reply.toolUses().size());
            assertFalse(
                    reply.toolUses().get(0).status().equals("ok"),
                    reply.toolUses().toString());
            assertFalse(Files.exists(list));
            Explanation why = arkestra.explain(Scope.of(ALICE), reply.turn()).orElseThrow();
            assertTrue(why.toString().contains("There is enough beer"), why.toString());
        }
    }

    @Test
    void memory_rememberRecallForget_byItsOwnUserOnly() {
        try (Arkestra arkestra = Arkestra.builder().build()) {
            Scope alice = Scope.of(ALICE);
            MemoryRecord kept = arkestra.memory().remember(alice, MemoryDraft.fact("The boiler was serviced in March"));

            List<Passage> found =
                    arkestra.memory().recall(alice, RecallQuery.about("boiler")).passages();
            assertEquals(kept.id(), found.get(0).id());
            Scope bob = Scope.of(UserId.of("bob"));
            assertEquals(
                    List.of(),
                    arkestra.memory().recall(bob, RecallQuery.about("boiler")).passages());
            assertFalse(arkestra.memory().forget(bob, kept.id()));

            assertTrue(arkestra.memory().forget(alice, kept.id()));
            assertEquals(
                    List.of(),
                    arkestra.memory().recall(alice, RecallQuery.about("boiler")).passages());
        }
    }

    @Test
    void listener_hearsTheTurnInOrder_andExplainTellsTheSame() throws InterruptedException {
        LinkedBlockingQueue<ArkestraEvent> heard = new LinkedBlockingQueue<>();
        try (Arkestra arkestra = Arkestra.builder().listener(heard::add).build()) {
            Reply reply = arkestra.session(ALICE).ask("hello");

            ArkestraEvent event = heard.poll(20, TimeUnit.SECONDS);
            long sequence = -1;
            boolean started = false;
            while (event != null && !(event instanceof Events.TurnEnded)) {
                assertTrue(event.sequence() > sequence);
                sequence = event.sequence();
                started |= event instanceof Events.TurnStarted
                        && event.turn().orElseThrow().equals(reply.turn());
                event = heard.poll(20, TimeUnit.SECONDS);
            }
            assertTrue(started);
            Events.TurnEnded ended = (Events.TurnEnded) java.util.Objects.requireNonNull(event);
            Explanation why = arkestra.explain(Scope.of(ALICE), reply.turn()).orElseThrow();
            assertEquals(ended.outcome(), why.outcome());
            assertFalse(why.steps().isEmpty());
        }
    }

    private Path script(String tool, String arguments) throws IOException {
        return Files.writeString(
                dir.resolve("senior.jsonl"),
                "{\"match\": \"list\", \"tool_calls\": [{\"name\": \"" + tool + "\", \"arguments\": " + arguments
                        + "}], \"then\": \"{result}\"}\n");
    }

    /** The least that a client has to be. */
    private static class EchoLlm implements LlmClient {
        @Override
        public LlmCapabilities capabilities() {
            return LlmCapabilities.builder().local(true).build();
        }

        @Override
        public LlmHealth probe() {
            return LlmHealth.ready("echo");
        }

        @Override
        public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
            String text = "You said: " + request.lastMessage().orElseThrow().text();
            listener.onText(text);
            return LlmResponse.builder("echo").text(text).build();
        }

        @Override
        public TokenCount countTokens(LlmRequest request) {
            return TokenCount.of(request.messages().size() * 100L, false);
        }

        @Override
        public void close() {}
    }

    /** Never comes to an end by itself. */
    private static final class EndlessLlm extends EchoLlm {
        @Override
        public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
            // More than the guard holds back, so that something is shown.
            listener.onText("Once upon a time there was a very long story. ".repeat(40));
            CountDownLatch cancelled = new CountDownLatch(1);
            cancel.onCancel(cancelled::countDown);
            try {
                cancelled.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            cancel.throwIfCancelled();
            throw new IllegalStateException("woken without being cancelled");
        }
    }
}
