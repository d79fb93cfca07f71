package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.Taint;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.policy.ApprovalHandler;
import io.arkestra.policy.ApprovalOutcome;
import io.arkestra.policy.ApprovalRequest;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Remember;
import io.arkestra.testkit.FilePut;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.ToolCall;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Questions as people see them, and what an answer that is to be remembered means. */
@Timeout(120)
class ApproversTest {
    private static final UserId ALICE = UserId.of("alice");

    @TempDir
    Path directory;

    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();

    private static ApprovalRequest request(Decision why, Optional<Remember> remember, Json bound) {
        return new ApprovalRequest(
                "1",
                Scope.of(ALICE),
                TurnId.of("01M7ZKQ8AYA31JEGKYQ1CJD89D"),
                ToolCall.of("c", "mail.send", Json.parse("{\"to\":\"a@x.org\",\"text\":\"\\u202egnp\"}")),
                Prepared.effect("Sends a mail"),
                why,
                "not sandboxed",
                Set.of(Taint.of("web", "evil.example")),
                Instant.parse("2026-01-01T10:00:00Z"),
                Instant.parse("2026-01-01T10:05:00Z"),
                "digest",
                remember,
                bound);
    }

    private static final Decision ASK =
            Decision.ask("mail", "it goes out").withObligation(Decision.SHOW_FULL_ARGUMENTS);
    private static final Remember HERE = new Remember(Remember.Scope.SESSION, Duration.ofHours(8), List.of("args.to"));

    @Test
    void text_ofWhatCanBeRemembered_saysWhereHowLongAndWithWhat() {
        String text = ApprovalText.of(
                request(ASK, Optional.of(HERE), Json.parse("{\"args.to\":\"a@x.org\\u202e\"}")), ZoneOffset.UTC);

        assertTrue(
                text.contains("always: no more questions about mail.send with args.to \"a@x.org\\u{202e}\""
                        + " in this conversation for 8 hours"),
                text);
    }

    @Test
    void text_ofWhatCannotBeRemembered_saysSo() {
        String text = ApprovalText.of(request(ASK, Optional.empty(), Json.emptyObject()), ZoneOffset.UTC);

        assertTrue(text.contains("always: cannot be said to this"), text);
        assertTrue(text.contains("CAREFUL: words of others led here: web:evil.example"), text);
    }

    @Test
    void json_ofAQuestion_holdsTheWarningsToo() {
        Json json = ApprovalText.json(request(ASK, Optional.of(HERE), Json.parse("{\"args.to\":\"a@x.org\"}")));

        assertEquals("web:evil.example", json.list("taints").get(0).asString());
        assertEquals(List.of(Json.of("mail")), json.list("rules"));
        assertEquals(List.of(Json.of(Decision.SHOW_FULL_ARGUMENTS)), json.list("obligations"));
        assertTrue(json.has("riskParts"));
        assertTrue(json.bool("always").orElseThrow());
        assertEquals(
                "{\"scope\":\"session\",\"max\":\"PT8H\",\"bound\":{\"args.to\":\"a@x.org\"}}",
                json.get("remember").orElseThrow().toString());
        assertFalse(ApprovalText.json(request(ASK, Optional.empty(), Json.emptyObject()))
                .bool("always")
                .orElseThrow());
    }

    private ArkestraBuilder asking(Decision decision) {
        return Arkestra.builder()
                .senior(Llm.client(ToolScripts.onceCalling("file.put", "{\"name\":\"a.txt\",\"text\":\"new\"}")))
                .tools(t -> t.add(new FilePut(directory)))
                .policy(p -> p.allow("file.put")
                        .add((action, scope) -> action.name().equals("file.put") ? decision : Decision.abstain()));
    }

    private ApprovalRequest asked(Decision decision) {
        try (Arkestra engine = asking(decision).policy(p -> p.park()).build()) {
            engine.session(ALICE).ask("write it");
            return engine.approvals().pending(ALICE).get(0);
        }
    }

    @Test
    void request_ofARuleThatLetsItBeRemembered_namesTheBoundValues() {
        ApprovalRequest request = asked(Decision.ask("test.ask", "a person decides")
                .withRemember(new Remember(Remember.Scope.USER, Duration.ofHours(8), List.of("args.name", "path"))));

        assertEquals(Remember.Scope.USER, request.remember().orElseThrow().scope());
        assertEquals("a.txt", request.bound().text("args.name"));
        assertEquals(
                directory.resolve("a.txt").toString(),
                request.bound().list("path").get(0).asString());
    }

    @Test
    void request_ofWhatIsNotRemembered_saysSo() {
        Remember remember = new Remember(Remember.Scope.USER, Duration.ofHours(8), List.of("args.name"));
        Decision ask = Decision.ask("test.ask", "a person decides");

        assertTrue(asked(ask).remember().isEmpty(), "the rule says nothing");
        assertTrue(asked(ask.withRemember(remember).withObligation(Decision.NO_REMEMBER))
                .remember()
                .isEmpty());
        assertTrue(
                asked(ask.withRemember(new Remember(Remember.Scope.USER, Duration.ofHours(1), List.of("recipient"))))
                        .remember()
                        .isEmpty(),
                "the call has nothing that could be bound");
    }

    private ApprovalHandler console(Reader typed) {
        return Approvers.console(
                new BufferedReader(typed), new PrintStream(screen, true, StandardCharsets.UTF_8), ZoneOffset.UTC);
    }

    private ApprovalOutcome answered(String typed, Optional<Remember> remember) {
        return console(new StringReader(typed))
                .request(request(ASK, remember, Json.emptyObject()))
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void console_clearAnswers_areTaken() {
        assertEquals(new ApprovalOutcome.Approved("digest", false), answered("y\n", Optional.empty()));
        assertEquals(new ApprovalOutcome.Approved("digest", true), answered("always\n", Optional.of(HERE)));
        assertEquals(new ApprovalOutcome.Denied(""), answered("No\n", Optional.empty()));
        assertEquals(new ApprovalOutcome.Denied("too long"), answered("n too long\n", Optional.empty()));
        assertInstanceOf(ApprovalOutcome.Later.class, answered("later\n", Optional.empty()));
        assertTrue(screen.toString(StandardCharsets.UTF_8).contains("mail.send"));
    }

    @Test
    void console_anythingElse_isNoAgreement() {
        assertInstanceOf(ApprovalOutcome.Later.class, answered("", Optional.empty()));
        assertInstanceOf(ApprovalOutcome.Later.class, answered("maybe\nyesss\nok\n", Optional.empty()));
        assertInstanceOf(
                ApprovalOutcome.Later.class, answered("always\nalways\nalways\n", Optional.empty()), "not offered");
        assertEquals(new ApprovalOutcome.Denied(""), answered("what?\nn\n", Optional.empty()));
    }

    @Test
    void console_inputThatFails_isNoAgreement() {
        Reader broken = new Reader() {
            @Override
            public int read(char[] into, int from, int count) throws IOException {
                throw new IOException("gone");
            }

            @Override
            public void close() {}
        };
        assertInstanceOf(
                ApprovalOutcome.Later.class,
                console(broken)
                        .request(request(ASK, Optional.empty(), Json.emptyObject()))
                        .toCompletableFuture()
                        .orTimeout(30, TimeUnit.SECONDS)
                        .join());
    }

    @Test
    void console_moreQuestionsThanAPersonWillRead_leavesTheRestForLater() throws IOException {
        try (PipedReader silent = new PipedReader();
                PipedWriter typed = new PipedWriter(silent)) {
            ApprovalHandler console = console(silent);
            List<CompletableFuture<ApprovalOutcome>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                answers.add(console.request(request(ASK, Optional.empty(), Json.emptyObject()))
                        .toCompletableFuture());
            }
            assertFalse(answers.get(0).isDone());
            assertInstanceOf(
                    ApprovalOutcome.Later.class,
                    answers.get(199).orTimeout(30, TimeUnit.SECONDS).join());
            typed.write("y\n");
            typed.flush();
            assertEquals(
                    new ApprovalOutcome.Approved("digest", false),
                    answers.get(0).orTimeout(30, TimeUnit.SECONDS).join());
        }
    }

    @Test
    void console_twoQuestions_arePutOneAfterTheOther() {
        ApprovalHandler console = console(new StringReader("y\nn\n"));
        CompletableFuture<ApprovalOutcome> first = console.request(request(ASK, Optional.empty(), Json.emptyObject()))
                .toCompletableFuture();
        CompletableFuture<ApprovalOutcome> second = console.request(request(ASK, Optional.empty(), Json.emptyObject()))
                .toCompletableFuture();

        assertEquals(
                new ApprovalOutcome.Approved("digest", false),
                first.orTimeout(30, TimeUnit.SECONDS).join());
        assertEquals(
                new ApprovalOutcome.Denied(""),
                second.orTimeout(30, TimeUnit.SECONDS).join());
    }

    @Test
    void console_inAWholeEngine_makesWhatWasAgreedTo() throws IOException {
        try (Arkestra engine = asking(Decision.ask("test.ask", "a person decides"))
                .policy(p -> p.approver(console(new StringReader("y\n"))))
                .build()) {
            assertEquals(
                    "ok",
                    engine.session(ALICE).ask("write it").toolUses().get(0).status());
            assertEquals("text new", Files.readString(directory.resolve("a.txt")));
        }
    }
}
