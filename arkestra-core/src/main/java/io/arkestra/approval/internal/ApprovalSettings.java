package io.arkestra.approval.internal;

import io.arkestra.common.ConfigException;
import java.time.Duration;

/**
 * How long people may think.
 *
 * @param inTurn how long a turn waits for an answer before the call is parked; zero parks at once
 * @param expiry how long a question holds while a turn waits for its answer
 * @param parkedExpiry how long a parked one holds
 * @param park whether calls are parked when there is no handler; otherwise they are refused
 * @param mostWaiting how many questions of one session may wait at a time
 */
public record ApprovalSettings(Duration inTurn, Duration expiry, Duration parkedExpiry, boolean park, int mostWaiting) {
    private static final Duration LONGEST = Duration.ofDays(30);

    /** A minute, five minutes, a day, refusing, three. */
    public static final ApprovalSettings DEFAULT =
            new ApprovalSettings(Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofDays(1), false, 3);

    public ApprovalSettings {
        if (inTurn.isNegative() || inTurn.compareTo(Duration.ofHours(1)) > 0) {
            throw new ConfigException("policy.approvalWait is " + inTurn + "; expected zero to an hour");
        }
        check("policy.approvalExpiry", expiry);
        check("policy.parkedExpiry", parkedExpiry);
        if (mostWaiting < 1) {
            throw new ConfigException("At most " + mostWaiting + " questions may wait; expected 1 or more");
        }
    }

    private static void check(String key, Duration value) {
        if (value.compareTo(Duration.ofSeconds(1)) < 0 || value.compareTo(LONGEST) > 0) {
            throw new ConfigException(key + " is " + value + "; expected a second to 30 days");
        }
    }
}
