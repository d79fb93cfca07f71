package io.arkestra.turn.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.tool.internal.ToolRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolChainTest {
    private final ToolChain chain = new ToolChain();

    private static LlmToolCall call(String arguments) {
        return LlmToolCall.of("call-9", "mail.send", arguments);
    }

    private void ran(String status, String message) {
        LlmToolCall call = LlmToolCall.of("call-1", "contact.find", "{}");
        chain.ran(new ToolRunner.Done(call, status, Json.parse(message), ""));
    }

    private void found() {
        ran("ok", """
                {"status":"ok","text":"Found Ann","data":{"id":17,"mails":["a@x.org","b@x.org"],"home":{"zip":"0001"}}}""");
    }

    private Json arguments(String arguments) {
        return Json.parse(chain.next(call(arguments)).call().orElseThrow().arguments());
    }

    @Test
    void reference_asAWholeText_keepsTheTypeOfTheValue() {
        found();
        assertEquals(
                Json.parse("{\"to\":17,\"cc\":[\"a@x.org\",\"b@x.org\"],\"deep\":{\"zip\":\"0001\"}}"),
                arguments("{\"to\":\"${1.data.id}\",\"cc\":\"${ 1.data.mails }\",\"deep\":\"${1.data.home}\"}"));
    }

    @Test
    void reference_withinATextOrAList_becomesWords() {
        found();
        assertEquals(
                Json.parse("{\"text\":\"To a@x.org, no. 17: Found Ann\",\"all\":[\"b@x.org\"]}"),
                arguments(
                        "{\"text\":\"To ${1.data.mails.0}, no. ${1.data.id}: ${1.text}\",\"all\":[\"${1.data.mails.1}\"]}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"text\":\"${2.data.id}\"}",
                "{\"text\":\"${0.data.id}\"}",
                "{\"text\":\"{{1.text}}, ${name} and ${1} and ${ 1 . x }\"}",
                "{\"text\":\"${99.data} stays\"}"
            })
    void text_thatNamesNoEarlierCall_staysAsItIs(String arguments) {
        found();
        assertEquals(Json.parse(arguments), arguments(arguments));
    }

    @Test
    void call_withoutReferences_isTheSameCall() {
        LlmToolCall call = call("{ \"a\" : 1.0 }");
        assertSame(call, chain.next(call).call().orElseThrow());
    }

    @Test
    void call_thatIsNoJson_isLeftToWhoeverChecksArguments() {
        found();
        LlmToolCall call = call("{\"to\": ${1.data.id}");
        assertSame(call, chain.next(call).call().orElseThrow());
    }

    @Test
    void call_thatNeedsAFailedOne_isSkippedWithTheReason() {
        ran("tool.failed", "{\"status\":\"error\",\"message\":\"no network\",\"data\":{\"id\":1}}");
        ToolRunner.Done done =
                chain.next(call("{\"to\":\"${1.data.id}\"}")).skipped().orElseThrow();
        assertEquals(ToolChain.SKIPPED, done.status());
        assertEquals(ToolChain.SKIPPED, done.message().text("status"));
        assertTrue(done.message().text("message").contains("'contact.find', which failed"), done.reason());
    }

    @Test
    void call_thatNeedsAPlaceTheResultDoesNotHave_isSkippedWithTheReason() {
        found();
        ToolRunner.Done done =
                chain.next(call("{\"to\":\"${1.data.phone}\"}")).skipped().orElseThrow();
        assertTrue(done.reason().contains("has no data.phone"), done.reason());
    }

    @Test
    void call_thatNeedsASkippedOne_isSkippedToo() {
        ran(ToolChain.SKIPPED, "{\"status\":\"skipped\",\"message\":\"x\"}");
        assertTrue(chain.next(call("{\"to\":\"${1.text}\"}")).skipped().isPresent());
    }

    @Test
    void value_thatLooksLikeAReference_isNotFilledAgain() {
        ran("ok", "{\"status\":\"ok\",\"text\":\"${1.data.secret}\",\"data\":{\"secret\":\"x\"}}");
        assertEquals(Json.parse("{\"to\":\"${1.data.secret}\"}"), arguments("{\"to\":\"${1.text}\"}"));
    }
}
