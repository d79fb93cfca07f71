package io.arkestra.tool;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Scope;
import io.arkestra.common.TurnId;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;

/** What a tool may know about the call. Given by the engine; later releases add to it. */
public interface ToolContext {
    /** On whose behalf. */
    Scope scope();

    /** In which turn, if in one. */
    Optional<TurnId> turn();

    /** The engine's clock in the user's zone. */
    Clock clock();

    /** The user's time zone. */
    default ZoneId zone() {
        return clock().getZone();
    }

    /** The language that the user writes. */
    Locale locale();

    /** Says when to stop. A tool that ignores it is left behind and its result thrown away. */
    Cancellation cancellation();

    /** When the call is given up. */
    Instant deadline();
}
