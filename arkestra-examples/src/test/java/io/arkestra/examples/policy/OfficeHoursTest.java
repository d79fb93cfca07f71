package io.arkestra.examples.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.tool.ToolSpec;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OfficeHoursTest {
    private final OfficeHours hours = new OfficeHours(LocalTime.of(8, 0), LocalTime.of(18, 0));
    private final ToolSpec mail = ToolSpec.builder("mail.send")
            .description("Sends a mail.")
            .sideEffect(ToolSpec.SideEffect.OUTWARD)
            .capability("message.send")
            .build();

    @ParameterizedTest
    @CsvSource({
        "2026-11-20T08:00+03:00[Europe/Moscow],ABSTAIN", // a Friday
        "2026-11-20T17:59:59+03:00[Europe/Moscow],ABSTAIN",
        "2026-11-20T18:00+03:00[Europe/Moscow],ASK",
        "2026-11-20T07:59+03:00[Europe/Moscow],ASK",
        "2026-11-21T12:00+03:00[Europe/Moscow],ASK", // a Saturday
        "2026-11-20T22:00+03:00[Europe/Moscow],DENY",
        "2026-11-20T05:59+03:00[Europe/Moscow],DENY"
    })
    void decide_outwardCall_goesByTheUsersClock(String at, Decision.Effect expected) {
        Action action = Action.toolCall(mail, Json.emptyObject()).toBuilder()
                .at(ZonedDateTime.parse(at))
                .build();

        assertEquals(expected, hours.decide(action, Scope.of(UserId.of("ann"))).effect());
    }

    @Test
    void decide_timeIsNotKnown_asks() {
        Decision decision = hours.decide(Action.toolCall(mail, Json.emptyObject()), Scope.of(UserId.of("ann")));

        assertEquals(Decision.Effect.ASK, decision.effect());
    }

    @Test
    void decide_nothingLeavesTheMachine_hasNoOpinion() {
        ToolSpec note =
                ToolSpec.builder("note.create").description("Keeps a note.").build();

        assertEquals(
                Decision.Effect.ABSTAIN,
                hours.decide(Action.toolCall(note, Json.emptyObject()), Scope.of(UserId.of("ann")))
                        .effect());
    }

    @Test
    void new_closesBeforeItOpens_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> new OfficeHours(LocalTime.of(18, 0), LocalTime.of(8, 0)));
    }
}
