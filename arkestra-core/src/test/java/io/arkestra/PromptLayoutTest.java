package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.memory.Message;
import io.arkestra.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Prompts begin as the one before did, so that a backend reads only what is new. */
@Timeout(60)
class PromptLayoutTest {
    private static final UserId ANN = UserId.of("ann");
    private static final SessionId TALK = SessionId.of("talk");

    private final ManualClock clock = ManualClock.at(Instant.parse("2026-05-05T09:00:00Z"));
    private final RecordingLlm senior = RecordingLlm.writing(
            (request, cancel) -> "{\"text\": \"Noted " + request.messages().size() + ".\", \"memory\": []}");

    private Arkestra open() {
        return Arkestra.builder().clock(clock).senior(Llm.client(senior)).build();
    }

    private void say(Session session, String... texts) {
        for (String text : texts) {
            session.ask(text);
            clock.advance(Duration.ofMinutes(1));
        }
    }

    private static String rendered(LlmRequest request) {
        return request.messages().stream()
                .map(message -> message.role() + ":" + message.rendered() + "\n")
                .collect(Collectors.joining());
    }

    private static int commonPrefix(String a, String b) {
        int n = 0;
        while (n < Math.min(a.length(), b.length()) && a.charAt(n) == b.charAt(n)) {
            n++;
        }
        return n;
    }

    @Test
    void prompts_ofTenTurns_repeatTheOneBeforeWordForWord() {
        try (Arkestra arkestra = open()) {
            Session session = arkestra.session(ANN, TALK);
            say(
                    session,
                    "My bike is red",
                    "I live in Tartu",
                    "What colour is my bike?",
                    "I like tea",
                    "Where do I live?");
            say(session, "I have a cat", "It is called Mia", "What is my cat called?", "I work at a bakery", "Thanks");
        }
        List<String> prompts =
                senior.requests().stream().map(PromptLayoutTest::rendered).toList();
        assertEquals(10, prompts.size());
        long sent = 0;
        long evaluated = 0;
        String before = "";
        for (String prompt : prompts) {
            sent += prompt.length();
            evaluated += prompt.length() - commonPrefix(before, prompt);
            assertTrue(prompt.startsWith(before), () -> "changed what was sent before:\n" + prompt);
            before = prompt;
        }
        assertTrue(evaluated * 4 < sent, evaluated + " of " + sent + " characters are new");
    }

    @Test
    void prompt_ofThePassagesShownBefore_namesThemOnly() {
        try (Arkestra arkestra = open()) {
            say(arkestra.session(ANN, SessionId.of("before")), "My bike is turquoise");
            say(arkestra.session(ANN, TALK), "What colour is my bike?", "So what colour is my bike?");
        }
        Json first = recall(1);
        Json second = recall(2);
        assertTrue(first.list("passages").toString().contains("turquoise"), first.toString());
        assertFalse(second.list("passages").toString().contains("turquoise"), second.toString());
        assertTrue(second.list("again").toString().contains("turquoise"), second.toString());
    }

    private Json recall(int request) {
        return senior.lastMessage(request).data("recall").orElseThrow();
    }

    @Test
    void prompt_afterSomethingWasForgotten_doesNotRepeatIt() {
        try (Arkestra arkestra = open()) {
            Session before = arkestra.session(ANN, SessionId.of("before"));
            say(before, "My locker code is qqlockerqq");
            Session session = arkestra.session(ANN, TALK);
            say(session, "What is my locker code?");
            Scope scope = Scope.of(ANN);
            Message told = arkestra.memory().messages(scope, Instant.EPOCH, clock.instant(), 10).stream()
                    .filter(message -> message.text().contains("qqlockerqq"))
                    .findFirst()
                    .orElseThrow();
            assertTrue(rendered(senior.requests().get(1)).contains("qqlockerqq"));
            arkestra.memory().forgetMessage(scope, told.id());
            say(session, "What is my locker code?");
        }
        assertFalse(rendered(senior.requests().get(2)).contains("qqlockerqq"));
    }

    @Test
    void prompt_afterARestart_isRenderedFromTheLog(@TempDir Path home) {
        for (String text : List.of("My bike is red", "And my car is blue")) {
            try (Arkestra arkestra = Arkestra.builder()
                    .home(home)
                    .clock(clock)
                    .memory(memory -> memory.lexicalOnly())
                    .senior(Llm.client(senior))
                    .build()) {
                say(arkestra.session(ANN, TALK), text);
            }
        }
        List<String> texts = senior.requests().get(1).messages().stream()
                .map(LlmMessage::text)
                .toList();
        assertEquals(List.of("My bike is red", "Noted 2.", "And my car is blue"), texts.subList(1, texts.size()));
    }

    @Test
    void history_thatOutgrewItsRoom_isTrimmedInBigStepsAndToldInShort() {
        String padding = " and so on".repeat(400);
        List<String> starts = new ArrayList<>();
        try (Arkestra arkestra = open()) {
            Session session = arkestra.session(ANN, TALK);
            for (int i = 0; i < 40; i++) {
                say(session, "Story number " + i + padding);
                List<LlmMessage> messages =
                        senior.requests().get(senior.requests().size() - 1).messages();
                starts.add(messages.get(1).text().substring(0, 16).strip());
            }
            List<LlmMessage> last = senior.requests().get(39).messages();
            String earlier = last.get(1).data("earlier").orElseThrow().asString();
            assertTrue(earlier.contains("Story number "), earlier);
            assertTrue(earlier.length() < 2_000, earlier);
        }
        long changes = starts.stream().distinct().count() - 1;
        assertTrue(changes >= 1 && changes <= 8, starts.toString());
    }
}
