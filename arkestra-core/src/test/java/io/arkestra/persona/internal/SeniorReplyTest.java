package io.arkestra.persona.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.memory.MemoryKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeniorReplyTest {
    @Test
    void read_wholeEnvelope_givesEverything() {
        SeniorReply reply = read("""
                {"text":"Hi","tool_calls":[{"name":"note.create","arguments":{"text":"milk"}}],
                 "memory":[{"kind":"fact","text":" a car "},{"kind":"note","text":"b"}],"sources":["m-1"]}
                """, "Hi");
        assertEquals("Hi", reply.text());
        assertEquals(List.of(LlmToolCall.of("call-1", "note.create", "{\"text\":\"milk\"}")), reply.toolCalls());
        assertEquals(
                List.of(
                        new SeniorReply.Proposal(MemoryKind.FACT, "a car"),
                        new SeniorReply.Proposal(MemoryKind.NOTE, "b")),
                reply.memories());
        assertEquals(List.of("m-1"), reply.sources());
    }

    @Test
    void read_fencedEnvelope_givesTheCalls() {
        SeniorReply reply =
                read("```json\n{\"text\":\"\",\"tool_calls\":[{\"name\":\"a\",\"arguments\":{}}]}\n```", "");
        assertEquals(1, reply.toolCalls().size());
    }

    @Test
    void read_argumentsAsText_keepsThemAsTheModelWroteThem() {
        SeniorReply reply = read("{\"tool_calls\":[{\"name\":\"a\",\"arguments\":\"{\\\"text\\\": \"}]}", "");
        assertEquals("{\"text\": ", reply.toolCalls().get(0).arguments());
    }

    @Test
    void read_callsOfTheBackend_areNumberedAnewWithinTheTurn() {
        LlmResponse response = LlmResponse.builder("m")
                .toolCalls(List.of(LlmToolCall.of("", "a", "{}"), LlmToolCall.of("x", "b", "{}")))
                .build();
        SeniorReply reply = SeniorReply.read(response, "", 5);
        assertEquals(
                List.of("call-5", "call-6"),
                reply.toolCalls().stream().map(LlmToolCall::id).toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "just words",
                "{\"text\":\"cut",
                "{\"text\":\"a\",\"text\":\"b\"}",
                "{\"answer\":1}",
                "{\"text\":\"a\",\"tool_calls\":\"none\"}",
                "[]",
                "",
                "{\"text\":\"a\"} and more"
            })
    void read_noEnvelope_keepsWhatWasSpokenAndNothingElse(String raw) {
        SeniorReply reply = read(raw, "spoken");
        assertEquals("spoken", reply.text());
        assertTrue(reply.toolCalls().isEmpty());
        assertTrue(reply.memories().isEmpty());
        assertTrue(reply.sources().isEmpty());
    }

    @Test
    void read_membersOfTheWrongKind_areLeftOut() {
        SeniorReply reply =
                read("{\"text\":\"a\",\"memory\":[1,{\"kind\":\"fact\"},{\"text\":7}],\"sources\":[1,\"m\"]}", "a");
        assertTrue(reply.memories().isEmpty());
        assertEquals(List.of("m"), reply.sources());
    }

    @Test
    void read_callThatIsNoObject_staysACallThatNoToolAnswers() {
        SeniorReply reply = read("{\"text\":\"\",\"tool_calls\":[\"note.create\"]}", "");
        assertEquals("", reply.toolCalls().get(0).name());
    }

    private static SeniorReply read(String raw, String spoken) {
        return SeniorReply.read(LlmResponse.builder("m").text(raw).build(), spoken, 1);
    }
}
