package io.arkestra.llm.gateway.internal;

import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.event.EventHeader;
import io.arkestra.event.Events;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.OutputQuality;
import io.arkestra.llm.Timings;
import io.arkestra.llm.Usage;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells log and listeners of calls: figures, never text. Thread-safe. */
final class CallReport {
    private static final Logger log = LoggerFactory.getLogger("io.arkestra.llm");

    private final EngineEventBus bus;
    private final LlmRequest request;

    CallReport(EngineEventBus bus, LlmRequest request) {
        this.bus = bus;
        this.request = request;
    }

    void answered(Backend backend, LlmResponse response, int retries, String route) {
        log.debug(
                "{} by {} ({}): {} {} {} {} retries={} route={}",
                request.role(),
                backend.name(),
                response.model(),
                response.usage(),
                response.timings(),
                response.quality(),
                response.finish(),
                retries,
                route);
        bus.publish(new Events.ModelCalled(
                header(),
                request.role(),
                backend.name(),
                response.model(),
                response.usage(),
                response.timings(),
                response.quality(),
                response.finish().name(),
                retries));
    }

    /** Without the message of the failure: a backend may quote the prompt in it. */
    void failed(Backend backend, LlmException failure, int retries, String route) {
        log.info("{} by {}: {} retries={} route={}", request.role(), backend.name(), failure.code(), retries, route);
        bus.publish(new Events.ModelCalled(
                header(),
                request.role(),
                backend.name(),
                "",
                Usage.NONE,
                Timings.NONE,
                OutputQuality.RAW,
                failure.code(),
                retries));
    }

    void escalated(Backend from, Backend to, String reason) {
        log.info("{} goes from {} to {}: {}", request.role(), from.name(), to.name(), reason);
        bus.publish(new Events.ModelEscalated(header(), request.role(), from.name(), to.name(), reason));
    }

    private EventHeader header() {
        Optional<UserId> user = request.scope().map(scope -> scope.user());
        Optional<TurnId> turn = request.turn();
        if (user.isPresent() && turn.isPresent()) {
            return bus.nextHeader(user.get(), turn.get());
        }
        return user.isPresent() ? bus.nextHeader(user.get()) : bus.nextHeader();
    }
}
