package io.arkestra.provenance.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputQuality;
import io.arkestra.memory.UserState;
import io.arkestra.policy.Action;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tool.internal.ToolRunner;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A number that was read out of a stranger's text gives no orders, and is still no place to send money to. */
class ExtractedNumbersTest {
    private static final Scope SCOPE = Scope.of(UserId.of("alice"), SessionId.of("s"));
    private static final TurnId TURN = TurnId.of("t");
    private static final ToolSpec EXTRACT = ToolSpec.builder("content.extract")
            .description("x")
            .capability(Effects.QUARANTINED)
            .build();
    private static final ToolSpec PAY = ToolSpec.builder("bank.pay")
            .description("x")
            .arguments(
                    "{\"type\":\"object\",\"properties\":{\"account\":{\"type\":\"string\"},\"amount\":{\"type\":\"number\"},"
                            + "\"memo\":{\"type\":\"string\"}}}")
            .capability("money")
            .sideEffect(ToolSpec.SideEffect.OUTWARD)
            .build();

    private static List<String> untrusted(String said, String arguments) {
        return untrusted(user -> List.of(), said, arguments);
    }

    private static List<String> untrusted(AddressBook addressBook, String said, String arguments) {
        ConversationProvenance provenance = new ConversationProvenance(addressBook, (user, session) -> List.of());
        provenance.begin(SCOPE, TURN, said, List.of(), List.of(), UserState.empty(), List.of());
        ToolRunner.Place place = new ToolRunner.Place(
                SCOPE, TURN, Locale.ENGLISH, ZoneOffset.UTC, Cancellation.none(), OutputQuality.RAW);
        Json found = Json.parse("{\"account\":4081781009991,\"amount\":120}");
        provenance.saw(place, EXTRACT, ToolResult.of(found.toString(), found));
        provenance.wrote(TURN, List.of(), List.of(LlmToolCall.of("2", "bank.pay", arguments)));
        return provenance
                .observed(Action.toolCall(PAY, Json.parse(arguments)), place)
                .untrustedValues();
    }

    @Test
    void accountOutOfAPage_isUntrusted() {
        assertEquals(
                List.of("4081781009991"),
                untrusted(
                        "Pay the bill on the page",
                        "{\"account\":\"4081781009991\",\"amount\":120,\"memo\":\"to 4081781009991\"}"));
    }

    @Test
    void accountThatTheUserNamedToo_isTheUsers() {
        assertEquals(
                List.of(),
                untrusted("Pay 4081781009991 what the page says", "{\"account\":\"4081781009991\",\"amount\":120}"));
    }

    @Test
    void severalValuesOutOfAPage_lookIntoTheAddressBookOnce() {
        AtomicInteger opened = new AtomicInteger();
        AddressBook addressBook = user -> {
            opened.incrementAndGet();
            return List.of("Ann's account is 120");
        };

        assertEquals(
                List.of("4081781009991"),
                untrusted(
                                addressBook,
                                "Pay the bill on the page",
                                "{\"account\":\"4081781009991\",\"payee\":\"4081781009991\",\"to\":\"4081 7810 0999 1\"}")
                        .stream()
                        .map(value -> value.replace(" ", ""))
                        .distinct()
                        .toList());
        assertEquals(1, opened.get());
    }

    @Test
    void otherAccount_isAsItWas() {
        assertEquals(List.of(), untrusted("Pay the bill", "{\"account\":\"4081781000000\",\"amount\":120}"));
    }
}
