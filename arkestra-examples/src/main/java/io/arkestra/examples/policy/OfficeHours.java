package io.arkestra.examples.policy;

import io.arkestra.common.Scope;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Policy;
import io.arkestra.tool.ToolSpec;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.Set;

/**
 * A policy of a host: what leaves the machine outside office hours is asked about first, and never at night. About everything else it has
 * no opinion, so that the other policies decide. Pure: the time is in the action.
 *
 * <pre>{@code
 * Arkestra.builder().policy(p -> p.add(new OfficeHours(LocalTime.of(8, 0), LocalTime.of(18, 0))))
 * }</pre>
 */
public final class OfficeHours implements Policy {
    private static final Set<DayOfWeek> WEEKEND = Set.of(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY);
    private static final LocalTime NIGHT_BEGINS = LocalTime.of(22, 0);
    private static final LocalTime NIGHT_ENDS = LocalTime.of(6, 0);

    private final LocalTime opens;
    private final LocalTime closes;

    /** @throws IllegalArgumentException unless it opens before it closes */
    public OfficeHours(LocalTime opens, LocalTime closes) {
        if (!opens.isBefore(closes)) {
            throw new IllegalArgumentException("The office opens at " + opens + " and closes at " + closes
                    + "; expected an opening time before the closing time");
        }
        this.opens = opens;
        this.closes = closes;
    }

    @Override
    public Decision decide(Action action, Scope scope) {
        boolean outward = action.tool()
                .map(tool -> tool.sideEffect() == ToolSpec.SideEffect.OUTWARD)
                .orElse(false);
        if (!outward) {
            return Decision.abstain();
        }
        if (action.at().isEmpty()) {
            return Decision.ask("office.time-unknown", "nobody says what time it is for the user");
        }
        ZonedDateTime now = action.at().get();
        LocalTime time = now.toLocalTime();
        if (!time.isBefore(NIGHT_BEGINS) || time.isBefore(NIGHT_ENDS)) {
            return Decision.deny("office.night", "nothing is sent between " + NIGHT_BEGINS + " and " + NIGHT_ENDS);
        }
        boolean open = !WEEKEND.contains(now.getDayOfWeek()) && !time.isBefore(opens) && time.isBefore(closes);
        return open ? Decision.abstain() : Decision.ask("office.closed", "it is outside office hours");
    }
}
