package io.arkestra.tool.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Scope;
import io.arkestra.common.Taint;
import io.arkestra.common.TurnId;
import io.arkestra.event.Events;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.tool.ArtifactWriter;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What a tool may know about one step of a call. */
record StepContext(
        Scope scope,
        TurnId inTurn,
        ToolSpec spec,
        String call,
        Locale locale,
        Clock clock,
        Cancellation cancellation,
        Instant deadline,
        ArtifactWriter artifacts,
        EngineEventBus bus,
        Set<Taint> taints,
        Predicate<String> said,
        boolean dryRun)
        implements ToolContext {
    /** Outside of {@code call} nothing is kept. */
    static final ArtifactWriter NO_FILES = (name, mediaType, content) -> {
        throw new ToolException(ToolException.Reason.NOT_SUPPORTED, "Files are kept only while a call runs");
    };

    /** For a call that a model asked for. */
    static StepContext of(
            CallServices services, ToolRunner.Place place, ToolSpec spec, String call, ArtifactWriter artifacts) {
        return of(services, place, spec, call, artifacts, spec.timeout());
    }

    /** @param left what is left of the time for it; less than the tool may have when it is tried again */
    static StepContext of(
            CallServices services,
            ToolRunner.Place place,
            ToolSpec spec,
            String call,
            ArtifactWriter artifacts,
            Duration left) {
        return new StepContext(
                place.actor(),
                place.turn(),
                spec,
                call,
                place.locale(),
                services.clock().withZone(place.zone()),
                place.cancel(),
                services.clock().instant().plus(left),
                artifacts,
                services.bus(),
                services.provenance().taints(place),
                words -> services.provenance().isUsersWord(place, words),
                place.dryRun());
    }

    /** For looking after a call that is on record. */
    static StepContext of(CallServices services, StoredCall call, ToolSpec spec, Scope scope, Cancellation cancel) {
        ZoneId zone = call.zone();
        return new StepContext(
                scope,
                call.turn(),
                spec,
                call.call().id(),
                call.locale(),
                services.clock().withZone(zone),
                cancel,
                services.clock().instant().plus(spec.timeout()),
                NO_FILES,
                services.bus(),
                Set.of(),
                words -> false,
                false);
    }

    @Override
    public Optional<TurnId> turn() {
        return Optional.of(inTurn);
    }

    @Override
    public boolean isUsersWord(String words) {
        return said.test(words);
    }

    @Override
    public void progress(String what, long done, long total) {
        bus.publish(
                new Events.ToolProgressed(bus.nextHeader(scope.user(), inTurn), call, spec.name(), what, done, total));
    }
}
