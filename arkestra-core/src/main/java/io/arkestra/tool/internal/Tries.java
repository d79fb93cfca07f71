package io.arkestra.tool.internal;

import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.time.Duration;
import java.util.function.Function;

/**
 * Makes a call, and again where that does no harm: when the tool says that a second time changes nothing more, and that what went wrong
 * may pass. All tries together take no longer than the tool may.
 */
final class Tries {
    private static final int MOST = 3;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

    private final CallServices services;
    private final ToolSpec spec;
    private final ToolRunner.Place place;

    Tries(CallServices services, ToolSpec spec, ToolRunner.Place place) {
        this.services = services;
        this.spec = spec;
        this.place = place;
    }

    /** @param attempt makes the call once, within the time that it is given */
    ToolResult call(Function<Duration, ToolResult> attempt) {
        long begin = services.pace().nanos();
        Duration left = spec.timeout();
        for (int number = 1; ; number++) {
            try {
                return given(attempt.apply(left));
            } catch (ToolException e) {
                // Twice as long each time, half of it by chance, so that many that failed together do not come back
                // together.
                long most = FIRST_PAUSE.toNanos() << number;
                Duration pause =
                        Duration.ofNanos((long) (most * (0.5 + services.pace().chance() / 2)) / 2);
                Duration spent = Duration.ofNanos(services.pace().nanos() - begin);
                boolean again = spec.idempotent()
                        && e.retryable()
                        && number < MOST
                        && spent.plus(pause).compareTo(spec.timeout()) < 0;
                if (!again) {
                    throw e;
                }
                services.pace().pause(pause, place.cancel());
                left = spec.timeout().minusNanos(services.pace().nanos() - begin);
            }
        }
    }

    private ToolResult given(@org.jspecify.annotations.Nullable ToolResult result) {
        if (result == null) {
            throw new ToolException(ToolException.Reason.FAILED, "'" + spec.name() + "' gave no result");
        }
        return result;
    }
}
