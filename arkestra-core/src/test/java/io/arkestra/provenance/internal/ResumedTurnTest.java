package io.arkestra.provenance.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.Taint;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.llm.OutputQuality;
import io.arkestra.memory.UserState;
import io.arkestra.policy.Action;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tool.internal.ToolRunner;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A turn that goes on for another one, of which nothing was kept but the question: its process died while it waited. */
class ResumedTurnTest {
    private static final Scope SCOPE = Scope.of(UserId.of("alice"), SessionId.of("s"));
    private static final TurnId ASKED = TurnId.of("t1");
    private static final TurnId TURN = TurnId.of("t2");
    private static final Taint WEB = Taint.of("web", "page");
    private static final ToolSpec READ =
            ToolSpec.builder("web.fetch").description("x").untrusted("web").build();
    private static final ToolSpec DELETE = ToolSpec.builder("list.delete")
            .description("x")
            .arguments("{\"type\":\"object\",\"properties\":{\"list\":{\"type\":\"string\"}}}")
            .capability("list.delete")
            .sideEffect(ToolSpec.SideEffect.OWN_DATA)
            .build();

    private final ConversationProvenance provenance =
            new ConversationProvenance(AddressBook.empty(), (user, session) -> List.of());

    private static ToolRunner.Place place(TurnId turn) {
        return new ToolRunner.Place(
                SCOPE, turn, Locale.ENGLISH, ZoneOffset.UTC, Cancellation.none(), OutputQuality.RAW);
    }

    private void begin(Set<Taint> taints) {
        provenance.begin(SCOPE, TURN, "delete the list groceries", List.of(), List.of(), UserState.empty(), List.of());
        provenance.goesOn(TURN, ASKED, taints, List.of());
    }

    private Action delete(TurnId turn) {
        return provenance
                .observed(Action.toolCall(DELETE, Json.parse("{\"list\":\"groceries\"}")), place(turn))
                .action();
    }

    @Test
    void turnThatHadSeenAPage_isTakenToHaveJustReadIt() {
        begin(Set.of(WEB));
        assertEquals(Set.of(WEB), provenance.taints(TURN));
        assertTrue(provenance.privateRead(TURN));
        assertTrue(delete(TURN).offPlan());
    }

    @Test
    void turnThatHadSeenNothing_isClean() {
        begin(Set.of());
        assertEquals(Set.of(), provenance.taints(TURN));
        assertFalse(provenance.privateRead(TURN));
        assertFalse(delete(TURN).offPlan());
    }

    @Test
    void whatIsSeenInThePlaceOfTheTurnThatAsked_isSeenUntilTheEnd() {
        begin(Set.of());
        provenance.saw(place(ASKED), READ, ToolResult.text("x").tainted(WEB));
        assertEquals(Set.of(WEB), provenance.taints(TURN));
        assertTrue(delete(ASKED).offPlan());

        provenance.end(TURN);
        assertEquals(Set.of(), provenance.taints(ASKED));
        assertEquals(Set.of(), provenance.taints(TURN));
    }
}
