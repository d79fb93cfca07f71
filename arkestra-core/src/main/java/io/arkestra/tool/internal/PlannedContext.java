package io.arkestra.tool.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Scope;
import io.arkestra.common.TurnId;
import io.arkestra.tool.ToolContext;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** What a tool is given when it is only asked what a call would touch, outside of any turn. Immutable. */
public record PlannedContext(Scope scope, Clock clock, Instant deadline) implements ToolContext {
    @Override
    public Optional<TurnId> turn() {
        return Optional.empty();
    }

    @Override
    public Locale locale() {
        return Locale.ENGLISH;
    }

    @Override
    public Cancellation cancellation() {
        return Cancellation.none();
    }
}
