package io.arkestra.provenance.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.policy.Action;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a name that the user said does not direct. */
class TurnProvenanceTest {
    private static final String ANY = "{\"type\":\"object\",\"additionalProperties\":true}";

    private final TurnProvenance turn = new TurnProvenance(List::of);

    private static ToolSpec.Builder spec(String name, String capability) {
        return ToolSpec.builder(name).description("Does " + name).arguments(ANY).capability(capability);
    }

    private static ToolSpec reads(String name) {
        return spec(name, "message.read").untrusted("message").build();
    }

    private static ToolSpec outward(String name, String capability) {
        return spec(name, capability).sideEffect(ToolSpec.SideEffect.OUTWARD).build();
    }

    private Action observed(ToolSpec spec, String arguments) {
        return turn.observed(Action.toolCall(spec, Json.parse(arguments)), spec).action();
    }

    private void read(ToolSpec spec, String arguments) {
        if (turn.observed(Action.toolCall(spec, Json.parse(arguments)), spec).strays()) {
            turn.strayed();
        }
        turn.saw(spec, ToolResult.text("Hello").tainted(Taint.of("message", "x")));
    }

    @Test
    void handingOn_whatTheUserNamed_isDirected() {
        turn.userSaid("Read the channel general and tell Bob about it");
        read(reads("channel.read"), "{\"channel\":\"general\"}");

        assertFalse(observed(outward("message.send", "message.send"), "{\"recipient\":\"Bob\",\"body\":\"x\"}")
                .offPlan());
    }

    @Test
    void handingOn_afterPrivateDataWasReadAtNobodysWish_isNotDirected() {
        turn.userSaid("Read the channel general and tell Bob about it");
        read(reads("channel.read"), "{\"channel\":\"general\"}");
        read(reads("inbox.read"), "{\"user\":\"Alice\"}");

        Action send = observed(outward("message.send", "message.send"), "{\"recipient\":\"Bob\",\"body\":\"x\"}");

        assertTrue(send.offPlan());
        assertEquals(List.of(), send.untrustedValues());
        assertFalse(observed(outward("hotel.reserve", "booking"), "{\"hotel\":\"general\"}")
                .offPlan());
    }

    @Test
    void handingOn_afterAReadAtNobodysWishThatWasNotMade_isDirected() {
        turn.userSaid("Read the channel general and tell Bob about it");
        read(reads("channel.read"), "{\"channel\":\"general\"}");
        observed(reads("inbox.read"), "{\"user\":\"Alice\"}"); // the policy or a person denies it

        assertFalse(observed(outward("message.send", "message.send"), "{\"recipient\":\"Bob\",\"body\":\"x\"}")
                .offPlan());
    }

    @Test
    void handingOn_afterReadsThatWereWrittenBeforeAnythingWasSeen_isDirected() {
        turn.userSaid("Tell Bob what is new");
        turn.wrote(
                List.of(),
                List.of(
                        new TurnProvenance.Call("channel.read", Json.parse("{\"channel\":\"general\"}")),
                        new TurnProvenance.Call("channel.read", Json.parse("{\"channel\":\"random\"}"))));
        read(reads("channel.read"), "{\"channel\":\"general\"}");
        read(reads("channel.read"), "{\"channel\":\"random\"}");

        assertFalse(observed(outward("message.send", "message.send"), "{\"recipient\":\"Bob\",\"body\":\"x\"}")
                .offPlan());
    }

    @Test
    void takingAway_whatTheUserNamed_isNotDirectedRightAfterAStrangerSpoke() {
        turn.userSaid("Open the page that Alice linked in general");
        ToolSpec remove = outward("member.remove", "member.remove");
        read(reads("channel.read"), "{\"channel\":\"general\"}");

        assertTrue(observed(remove, "{\"user\":\"Alice\"}").offPlan());
    }

    @Test
    void takingAway_whatTheUserNamedInALaterTurn_isDirected() {
        turn.saw(Set.of(Taint.of("web", "docs.rs")), false); // of an earlier turn
        turn.userSaid("Delete file 17");

        assertFalse(observed(outward("file.delete", "fs.delete"), "{\"file_id\":\"17\"}")
                .offPlan());
    }

    @Test
    void making_underATitleThatTheUserPutInQuotationMarks_isDirected() {
        turn.userSaid("If I am free, create an event 'Dentist' on 2024-06-03");
        turn.saw(reads("calendar.day"), ToolResult.text("Hello").tainted(Taint.of("message", "x")));
        ToolSpec create = outward("event.create", "calendar.create");

        assertFalse(observed(create, "{\"title\":\"Dentist\",\"start_time\":\"2024-06-03 09:00\"}")
                .offPlan());
        assertTrue(observed(create, "{\"title\":\"event\",\"start_time\":\"2024-06-03 09:00\"}")
                .offPlan());
        assertTrue(observed(create, "{\"title\":\"Dentist\",\"guests\":[\"evil@e.org\"]}")
                .offPlan());
        assertTrue(observed(create, "{\"start_time\":\"2024-06-03 09:00\"}").offPlan());
    }
}
