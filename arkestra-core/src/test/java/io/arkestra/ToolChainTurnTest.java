package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmMessage;
import io.arkestra.memory.Origin;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several tools in one message, and tools that nobody has. */
@Timeout(60)
class ToolChainTurnTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final String CHAIN = """
            {"text":"","tool_calls":[
              {"name":"contact.find","arguments":{"text":"Ann"}},
              {"name":"mail.send","arguments":{"text":"${1.data.mail}"}},
              {"name":"log.write","arguments":{"text":"asked for Ann"}}]}""";

    private static Arkestra engine(RecordingLlm senior, Function<String, ToolResult> find) {
        return Arkestra.builder()
                .senior(Llm.client(senior))
                .tools(t -> t.add(new TextTool("contact.find", find))
                        .add(new TextTool("mail.send", to -> ToolResult.text("sent to " + to)))
                        .add(new TextTool("log.write", text -> ToolResult.text("written: " + text))))
                .policy(p -> p.allow("contact.find").allow("mail.send").allow("log.write"))
                .build();
    }

    private static ToolResult ann(String who) {
        return ToolResult.of(
                "Found " + who, Json.object().put("mail", "ann@home").build());
    }

    @Test
    void chain_thatWorks_handsValuesFromCallToCall() {
        RecordingLlm senior = RecordingLlm.writing((request, cancel) ->
                request.lastMessage().orElseThrow().role() == LlmMessage.Role.TOOL ? "{\"text\":\"Done\"}" : CHAIN);
        try (Arkestra engine = engine(senior, ToolChainTurnTest::ann)) {
            Reply reply = engine.session(ALICE).ask("write to Ann");
            assertEquals(
                    List.of(
                            new ToolUse("contact.find", "ok"),
                            new ToolUse("mail.send", "ok"),
                            new ToolUse("log.write", "ok")),
                    reply.toolUses());
            List<LlmMessage> second = senior.requests().get(1).messages();
            assertTrue(second.get(second.size() - 2).text().contains("sent to ann@home"));
        }
    }

    @Test
    void chain_thatFails_skipsWhatNeedsItAndRunsTheRest() {
        RecordingLlm senior = RecordingLlm.writing((request, cancel) ->
                request.lastMessage().orElseThrow().role() == LlmMessage.Role.TOOL ? "{\"text\":\"Done\"}" : CHAIN);
        try (Arkestra engine = engine(senior, who -> {
            throw new ToolException(ToolException.Reason.FAILED, "the address book is away");
        })) {
            Reply reply = engine.session(ALICE).ask("write to Ann");
            assertEquals(
                    List.of("mail.send skipped", "log.write ok"),
                    reply.toolUses().stream()
                            .skip(1)
                            .map(use -> use.tool() + " " + use.status())
                            .toList());
            assertFalse(reply.toolUses().get(0).status().equals("ok"));
        }
    }

    @Test
    void chain_thatFails_endsInAPlainAnswerThatSaysWhatWorkedAlsoWhenTheSeniorIsGone() {
        RecordingLlm senior = RecordingLlm.writing((request, cancel) -> {
            if (request.lastMessage().orElseThrow().role() == LlmMessage.Role.TOOL) {
                throw new LlmException(LlmException.Reason.CRASHED, "on purpose");
            }
            return CHAIN;
        });
        try (Arkestra engine = engine(senior, who -> {
            throw new ToolException(ToolException.Reason.FAILED, "the address book is away");
        })) {
            Reply reply = engine.session(ALICE).ask("write to Ann");
            assertEquals(Outcome.Kind.COMPLETED, reply.outcome());
            assertTrue(reply.text().contains("That did not work: "), reply.text());
            assertTrue(reply.text().contains("the address book is away"), reply.text());
            assertTrue(reply.text().contains("Not done: 'mail.send' was not run"), reply.text());
            assertTrue(reply.text().contains("written: asked for Ann"), reply.text());
        }
    }

    private static Arkestra wishing(String language, RecordingLlm senior) {
        RecordingLlm junior = RecordingLlm.writing((request, cancel) -> """
                {"intent":"statement","slots":{},"tools_hint":[],"style_directive":"","rag_query":"","confidence":0.9,
                 "tools_request":[{"name":"taxi.order","purpose":"%s"},{"name":"note.create"}]}""".formatted(language));
        return Arkestra.builder()
                .junior(Llm.client(junior))
                .senior(Llm.client(senior))
                .build();
    }

    @Test
    void tool_thatDoesNotExist_isNamedWithItsPurposeWhenTheSeniorForgetsTo() {
        RecordingLlm senior = RecordingLlm.writing((request, cancel) -> "{\"text\":\"All right.\"}");
        try (Arkestra engine = wishing("to order a taxi", senior)) {
            Reply reply = engine.session(ALICE).ask("I need a taxi to the airport");
            assertEquals(
                    "All right.\nI would need a tool for that, \"taxi.order\" (to order a taxi), and have none.",
                    reply.text());
            assertEquals(
                    reply.text(),
                    Conversations.log(engine, ALICE).stream()
                            .filter(message -> message.origin() == Origin.ASSISTANT)
                            .findFirst()
                            .orElseThrow()
                            .text());
            Json junior = senior.lastMessage(0).data("junior").orElseThrow();
            assertEquals(
                    List.of("taxi.order"),
                    junior.list("tools_request").stream()
                            .map(tool -> tool.text("name"))
                            .toList());
        }
        try (Arkestra engine = wishing("чтобы вызвать такси", senior)) {
            assertEquals(
                    "All right.\nДля этого нужен инструмент «taxi.order» (чтобы вызвать такси), а его у меня нет.",
                    engine.session(ALICE).ask("Мне нужно такси в аэропорт").text());
        }
    }

    @Test
    void tool_thatDoesNotExist_isNotNamedTwice() {
        RecordingLlm senior =
                RecordingLlm.writing((request, cancel) -> "{\"text\":\"There is no taxi.order here, sorry.\"}");
        try (Arkestra engine = wishing("to order a taxi", senior)) {
            assertEquals(
                    "There is no taxi.order here, sorry.",
                    engine.session(ALICE).ask("I need a taxi to the airport").text());
        }
    }

    @Test
    void plan_ofTheSenior_isInTheExplanation() {
        RecordingLlm senior = RecordingLlm.writing((request, cancel) -> """
                {"text":"First the hotel.","plan":[{"step":"Find a hotel","tool":"hotel.find"},{"step":"Book it"}]}""");
        try (Arkestra engine = Arkestra.builder().senior(Llm.client(senior)).build()) {
            Reply reply = engine.session(ALICE).ask("plan my trip");
            String why = engine.explain(io.arkestra.common.Scope.of(ALICE), reply.turn())
                    .toString();
            assertTrue(why.contains("Find a hotel") && why.contains("Book it"), why);
        }
    }
}
