package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmMessage;
import io.arkestra.memory.DocumentDraft;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.policy.Decision;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
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
        String first = "{\"text\":\"Your token is " + TOKEN
                + ".\",\"memory\":[{\"kind\":\"fact\",\"text\":\"The user's token is " + TOKEN + "\"},"
                + "{\"kind\":\"note\",\"text\":\"The mail password: Zima-Leto75\"}],"
                + "\"tool_calls\":[{\"name\":\"wifi.join\",\"arguments\":"
                + "{\"password\":\"Tr0ub4dor&3x\",\"passwords\":[\"L3to-Zima&57\"],\"api_key\":\"9f8Ka72LmQ0z81Xc5v\"}}]}";
        RecordingLlm senior = RecordingLlm.inPieces(
                3,
                (request, cancel) -> request.lastMessage().orElseThrow().role() == LlmMessage.Role.TOOL
                        ? "{\"text\":\" Joined.\"}"
                        : first);
        WifiJoin wifi = new WifiJoin();
        try (Arkestra arkestra = Arkestra.builder()
                .home(home)
                .senior(Llm.client(senior))
                .tools(tools -> tools.add(wifi))
                .policy(policy -> policy.add((action, scope) -> Decision.allow("test", "for a test")))
                .build()) {
            Reply reply = arkestra.session(ANN, SessionId.of("s")).ask("What is my token?");
            arkestra.memory().remember(Scope.of(ANN), MemoryDraft.fact("My door PIN is 471148"));

            assertTrue(reply.text().startsWith("Your token is ***."), reply.text());
            assertEquals(
                    List.of(Json.parse("{\"password\":\"***\",\"passwords\":[\"***\"],\"api_key\":\"***\"}")),
                    wifi.calls);
            assertFalse(arkestra.explain(Scope.of(ANN), reply.turn()).toString().contains(TOKEN));
        }
        for (String secret :
                List.of(TOKEN, "471148", "Zima-Leto75", "Tr0ub4dor&3x", "L3to-Zima&57", "9f8Ka72LmQ0z81Xc5v")) {
            assertEquals(List.of(), HomeBytes.holding(home, secret), secret);
        }
    }

    /** Answers with what it was told, under a key. */
    private static final class WifiJoin implements Tool {
        private final List<Json> calls = new CopyOnWriteArrayList<>();

        @Override
        public ToolSpec spec() {
            return ToolSpec.builder("wifi.join")
                    .description("Joins a network")
                    .arguments(
                            "{\"type\":\"object\",\"properties\":{\"password\":{\"type\":\"string\"},\"passwords\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},\"api_key\":{\"type\":\"string\"}}}")
                    .sideEffect(ToolSpec.SideEffect.LOCAL)
                    .build();
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            calls.add(call.arguments());
            return ToolResult.of("joined", call.arguments());
        }
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
