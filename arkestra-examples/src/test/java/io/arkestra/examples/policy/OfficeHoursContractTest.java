package io.arkestra.examples.policy;

import io.arkestra.common.Json;
import io.arkestra.policy.Action;
import io.arkestra.policy.Policy;
import io.arkestra.testkit.PolicyContract;
import io.arkestra.tool.ToolSpec;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.stream.Stream;

/** The example keeps what the engine expects of every policy, by day, in the evening and at night. */
class OfficeHoursContractTest extends PolicyContract {
    private static final ToolSpec MAIL = ToolSpec.builder("mail.send")
            .description("Sends a mail.")
            .sideEffect(ToolSpec.SideEffect.OUTWARD)
            .capability("message.send")
            .build();

    @Override
    protected Policy policy() {
        return new OfficeHours(LocalTime.of(8, 0), LocalTime.of(18, 0));
    }

    @Override
    protected List<Action> actions() {
        return Stream.of("2026-11-20T12:00Z", "2026-11-20T19:00Z", "2026-11-20T23:00Z", "2026-11-21T12:00Z")
                .map(at -> Action.toolCall(MAIL, Json.emptyObject()).toBuilder()
                        .at(ZonedDateTime.parse(at))
                        .build())
                .toList();
    }
}
