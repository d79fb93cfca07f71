package io.arkestra.tool.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Scope;
import io.arkestra.common.TurnId;
import io.arkestra.event.Events;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.tool.ArtifactWriter;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolSpec;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** What a tool may know about one step of a call. */
record StepContext(
        ToolRunner.Place place,
        ToolSpec spec,
        String call,
        Clock clock,
        Instant deadline,
        ArtifactWriter artifacts,
        EngineEventBus bus)
        implements ToolContext {
    @Override
    public Scope scope() {
        return place.actor();
    }

    @Override
    public Optional<TurnId> turn() {
        return Optional.of(place.turn());
    }

    @Override
    public Locale locale() {
        return place.locale();
    }

    @Override
    public Cancellation cancellation() {
        return place.cancel();
    }

    @Override
    public void progress(String what, long done, long total) {
        bus.publish(new Events.ToolProgressed(
                bus.nextHeader(place.scope().user(), place.turn()), call, spec.name(), what, done, total));
    }
}
