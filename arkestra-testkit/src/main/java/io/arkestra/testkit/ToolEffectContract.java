package io.arkestra.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.arkestra.common.Json;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolSpec;
import org.junit.jupiter.api.Test;

/** The part of {@link ToolContract} about what a tool changes, and takes back. */
interface ToolEffectContract extends ToolSubject {
    @Test
    default void prepare_ofCallsThatWork_saysWhatWouldChangeAndChangesNothing() {
        Object before = everything();
        for (Json arguments : works()) {
            ToolCall call = call(arguments);
            ToolContext context = context(ALICE);
            subject().targets(call, context);
            Prepared prepared = subject().prepare(call, context);
            assertEquals(before, everything(), () -> "preparing changed something: " + arguments);
            if (changesThings()) {
                assertFalse(prepared.effects().isEmpty(), () -> "nobody can agree to effects unsaid: " + arguments);
                prepared.effects().forEach(effect -> assertFalse(effect.isBlank(), "an effect is a sentence"));
                assertEquals(
                        prepared.stateDigest(),
                        subject().prepare(call, context(ALICE)).stateDigest(),
                        "the digest of a state that did not change is the same");
            } else {
                assertTrue(prepared.effects().isEmpty(), "a tool without effects has none");
            }
        }
    }

    @Test
    default void state_beforeTheCall_isNotPresentAndChangesNothing() {
        assumeTrue(changesThings(), "no effects");
        Object before = everything();
        ToolCall call = call(works().get(0));
        Prepared prepared = ToolSubject.stored(subject().prepare(call, context(ALICE)));
        EffectState state = subject().state(call, prepared, context(ALICE));
        assertNotEquals(EffectState.PRESENT, state);
        assertEquals(before, everything());
        if (spec().reversible()) {
            assertEquals(EffectState.ABSENT, state, "a tool that can undo can tell that nothing happened");
        }
    }

    @Test
    default void call_ofAToolWithoutEffects_changesNothing() {
        assumeTrue(!changesThings(), "effects");
        Object before = everything();
        for (Json arguments : works()) {
            made(call(arguments), context(ALICE));
            assertEquals(before, everything(), () -> "changed something: " + arguments);
        }
    }

    @Test
    default void call_ofAToolWithEffects_isPresentAfterwards() {
        assumeTrue(changesThings(), "no effects");
        Object before = everything();
        ToolCall call = call(works().get(0));
        Prepared prepared = subject().prepare(call, context(ALICE));
        subject().call(call, prepared, context(ALICE));
        if (spec().sideEffect() != ToolSpec.SideEffect.OUTWARD) {
            assertNotEquals(before, everything(), "the call that works changes something that can be seen");
        }
        EffectState state = subject().state(call, ToolSubject.stored(prepared), context(ALICE));
        assertNotEquals(EffectState.ABSENT, state);
        if (spec().reversible()) {
            assertEquals(EffectState.PRESENT, state, "a tool that can undo can tell that it happened");
        }
    }

    @Test
    default void undo_afterACall_restoresExactly() {
        assumeTrue(spec().reversible(), "not reversible");
        for (Json arguments : works()) {
            Object before = everything();
            ToolCall call = call(arguments);
            Prepared prepared = subject().prepare(call, context(ALICE));
            subject().call(call, prepared, context(ALICE));
            Prepared stored = ToolSubject.stored(prepared);
            Object after = everything();
            subject().checkUndo(call, stored, context(ALICE));
            assertEquals(after, everything(), () -> "asking whether it can be undone changed something: " + arguments);
            subject().undo(stored, context(ALICE));
            assertEquals(before, everything(), () -> "not as before: " + arguments);
            assertNotEquals(EffectState.PRESENT, subject().state(call, stored, context(ALICE)));
        }
    }

    @Test
    default void undo_afterSomebodyElsesChange_isRefusedAndChangesNothing() {
        assumeTrue(spec().reversible(), "not reversible");
        Json arguments = works().get(0);
        ToolCall call = call(arguments);
        Prepared prepared = subject().prepare(call, context(ALICE));
        subject().call(call, prepared, context(ALICE));
        assumeTrue(somebodyElseChanges(arguments), "nobody else can change it");
        Object before = everything();
        ToolException refusal =
                assertThrows(ToolException.class, () -> subject().undo(ToolSubject.stored(prepared), context(ALICE)));
        assertEquals(ToolException.Reason.CONFLICT, refusal.reason());
        assertFalse(String.valueOf(refusal.getMessage()).isBlank(), "a conflict is named");
        assertEquals(before, everything(), "what somebody else did is left alone");
    }

    @Test
    default void undo_ofWhatIsNotReversible_isRefused() {
        assumeTrue(!spec().reversible(), "reversible");
        Object before = everything();
        assertThrows(ToolException.class, () -> subject().undo(Prepared.nothing(), context(ALICE)));
        assertEquals(before, everything());
    }

    @Test
    default void call_thatTheToolRefuses_saysWhyAndChangesNothing() {
        Object before = everything();
        for (Json arguments : refuses()) {
            ToolException refusal = assertThrows(
                    ToolException.class,
                    () -> made(call(arguments), context(ALICE)),
                    () -> "must be refused with a ToolException: " + arguments);
            assertTrue(
                    String.valueOf(refusal.getMessage()).length() >= 10,
                    () -> "the model must learn what would work: " + refusal.getMessage());
            assertEquals(before, everything(), () -> "refused, but something changed: " + arguments);
        }
    }
}
