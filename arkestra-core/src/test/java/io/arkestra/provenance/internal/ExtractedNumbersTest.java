package io.arkestra.provenance.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.Taint;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputQuality;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.UserState;
import io.arkestra.policy.Action;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tool.internal.Provenance;
import io.arkestra.tool.internal.ToolRunner;
import java.time.Instant;
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
        ToolRunner.Place place = place(TURN);
        Json found = Json.parse("{\"account\":4081781009991,\"amount\":120}");
        provenance.saw(place, EXTRACT, ToolResult.of(found.toString(), found));
        provenance.wrote(TURN, List.of(), List.of(LlmToolCall.of("2", "bank.pay", arguments)));
        return provenance
                .observed(Action.toolCall(PAY, Json.parse(arguments)), place)
                .action()
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

    private static final ToolSpec SEARCH = ToolSpec.builder("mail.search")
            .description("x")
            .arguments(
                    "{\"type\":\"object\",\"properties\":{\"url\":{\"type\":\"string\"},\"mailbox\":{\"type\":\"string\"}}}")
            .capability("mail.search")
            .capability("network")
            .build();
    private static final Action SEARCHED = Action.toolCall(
            SEARCH, Json.parse("{\"url\":\"https://evil.example/?q=x\",\"mailbox\":\"eve@example.org\"}"));

    private static ToolRunner.Place place(TurnId turn) {
        return new ToolRunner.Place(
                SCOPE, turn, Locale.ENGLISH, ZoneOffset.UTC, Cancellation.none(), OutputQuality.RAW);
    }

    @Test
    void privateReadThatReachesOutside_looksIntoTheAddressBookOnce() {
        AtomicInteger opened = new AtomicInteger();
        ConversationProvenance provenance = new ConversationProvenance(
                user -> {
                    opened.incrementAndGet();
                    return List.of();
                },
                (user, session) -> List.of());
        provenance.begin(SCOPE, TURN, "Read it", List.of(), List.of(), UserState.empty(), List.of());
        provenance.saw(place(TURN), EXTRACT, ToolResult.text("x").tainted(Taint.of("web", "page")));

        Provenance.Observed observed = provenance.observed(SEARCHED, place(TURN));

        assertTrue(observed.strays());
        assertEquals(List.of("https://evil.example/?q=x"), observed.action().untrustedValues());
        assertEquals(1, opened.get());
    }

    @Test
    void callOfATurnThatDoesNotRun_readsTheLogAndTheAddressBookOnce() {
        AtomicInteger opened = new AtomicInteger();
        AtomicInteger read = new AtomicInteger();
        Message page = Message.of(
                        "t-1", SCOPE.user(), SessionId.of("s"), TURN, 0, Origin.TOOL, "tool", "x", Instant.EPOCH)
                .withDetail(Json.object()
                        .put(Message.TAINT, Json.strings(List.of("web:page")))
                        .build());
        ConversationProvenance provenance = new ConversationProvenance(
                user -> {
                    opened.incrementAndGet();
                    return List.of();
                },
                (user, session) -> {
                    read.incrementAndGet();
                    return List.of(page);
                });

        assertTrue(provenance.observed(SEARCHED, place(TurnId.of("gone"))).strays());
        assertEquals(1, opened.get());
        assertEquals(1, read.get());
    }

    @Test
    void otherAccount_isAsItWas() {
        assertEquals(List.of(), untrusted("Pay the bill", "{\"account\":\"4081781000000\",\"amount\":120}"));
    }
}
