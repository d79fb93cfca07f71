package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.memory.DocumentDraft;
import io.arkestra.memory.MemoryDraft;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What must not be kept is in no byte of the home, whichever way it came. */
class SecretsNotKeptTest {
    private static final UserId ANN = UserId.of("ann");
    private static final String TOKEN = "ghp_" + "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1eF3hJ5";

    @TempDir
    Path home;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Remember my PIN is 471148 | 471148 | I do not keep passwords",
                "Запомни: пароль от почты Zima-Leto75 | Zima-Leto75 | в открытом виде не храню",
                "note: db_pass = 'qwErty!202629' | qwErty!202629 | I do not keep passwords",
                "Remind me in 3 hours to change password: hunter2hunter31 | hunter2hunter31 | I do not keep passwords",
            })
    void ask_messageWithASecret_isAnsweredAndLeavesNoByteOfIt(String message, String secret, String answer)
            throws Exception {
        try (Arkestra arkestra = Arkestra.builder().home(home).build()) {
            Session session = arkestra.session(ANN, SessionId.of("s"));
            Reply reply = session.ask(message);
            session.feedback(reply.turn(), Feedback.text("my password is " + secret));

            assertTrue(reply.text().contains(answer), reply.text());
            assertFalse(reply.text().contains(secret), reply.text());
        }
        assertEquals(List.of(), HomeBytes.holding(home, secret));
    }

    @Test
    void turn_modelThatProposesAndCallsToolsWithSecrets_leavesNoByteOfThem() throws Exception {
        String text = "{\"text\":\"Your token is " + TOKEN
                + ".\",\"memory\":[{\"type\":\"fact\",\"data\":\"The token is " + TOKEN + "\"}]}";
        RecordingLlm senior = RecordingLlm.inPieces(3, (request, cancel) -> text);
        try (Arkestra arkestra =
                Arkestra.builder().home(home).senior(Llm.client(senior)).build()) {
            Reply reply = arkestra.session(ANN, SessionId.of("s")).ask("What is my token?");
            arkestra.memory().remember(Scope.of(ANN), MemoryDraft.fact("My door PIN is 471148"));

            assertEquals("Your token is ***.", reply.text());
            assertFalse(arkestra.explain(Scope.of(ANN), reply.turn()).toString().contains(TOKEN));
        }
        assertEquals(List.of(), HomeBytes.holding(home, TOKEN));
        assertEquals(List.of(), HomeBytes.holding(home, "471148"));
    }

    @Test
    void add_longDocumentWithSecretsEverywhere_leavesNoByteOfThem() throws Exception {
        String text = "The access to the machine is as follows, password: Zima-Leto75 and so on. ".repeat(400);
        try (Arkestra arkestra = Arkestra.builder().home(home).build()) {
            arkestra.memory().documents().add(Scope.of(ANN), DocumentDraft.of("d", "Access", text));
        }
        assertEquals(List.of(), HomeBytes.holding(home, "Zima-Leto75"));
    }

    @Test
    void ask_messageWithoutASecret_isKeptAsItIs() throws Exception {
        try (Arkestra arkestra = Arkestra.builder().home(home).build()) {
            Reply reply = arkestra.session(ANN, SessionId.of("s")).ask("Remember that my mail is ann@example.org");

            assertTrue(reply.text().contains("ann@example.org"), reply.text());
        }
        assertFalse(HomeBytes.holding(home, "ann@example.org").isEmpty());
    }
}
