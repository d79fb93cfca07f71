package io.arkestra.llm.gateway.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.llm.FinishReason;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.MalformedOutput;
import io.arkestra.llm.OutputQuality;
import io.arkestra.llm.OutputSpec;
import io.arkestra.llm.Sampling;
import io.arkestra.llm.Usage;
import io.arkestra.llm.repair.internal.Repaired;
import io.arkestra.llm.repair.internal.Steps;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One call of a gateway, with whatever it takes to get the form that was asked for. Used once, by one thread. */
final class GatewayCall {
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** As much of an answer that cannot be used as the model is shown again. */
    private static final int SHOWN = 2_000;

    private final GatewayServices services;
    private final LlmRequest request;
    private final Exchange exchange;
    private final CallReport report;
    private final Router.Route route;
    private final List<Backend> backends;
    private boolean escalated;

    /** What there is so far. */
    private Usage usage = Usage.NONE;

    private @Nullable Reading usable;

    /**
     * An answer that was read.
     *
     * @param response with the document in it when there is one
     * @param whole whether it needs nothing more
     * @param reason what is wrong with it
     * @param backend who gave it
     */
    private record Reading(LlmResponse response, boolean whole, String reason, Backend backend) {
        boolean cutByLength() {
            return response.finish() == FinishReason.LENGTH;
        }
    }

    GatewayCall(
            List<Backend> backends,
            GatewayServices services,
            LlmRequest request,
            LlmListener listener,
            Cancellation cancel) {
        this.services = services;
        this.request = request;
        this.backends = backends;
        this.report = new CallReport(services.bus(), request);
        this.route = Router.route(backends, request);
        Deadline deadline = Deadline.in(services.pace(), request.deadline().orElse(LONGEST));
        this.exchange = new Exchange(services, listener, cancel, deadline, report);
    }

    LlmResponse run() {
        List<Backend> candidates = request.extensions()
                .string(Gateway.ESCALATE)
                .map(wish -> wished(route.candidates().get(0), wish))
                .filter(better -> !better.isEmpty())
                .orElse(route.candidates());
        Reading first = read(exchange.ask(request, candidates, route.reason()));
        if (first.whole() || exchange.heard()) {
            return result(first);
        }
        LlmRequest again = again(first);
        Reading second = attempt(again, List.of(first.backend()));
        if (second != null && second.whole()) {
            return result(second);
        }
        Reading latest = second == null ? first : second;
        if (!exchange.heard()) {
            List<Backend> better =
                    better(latest.backend(), again, latest.cutByLength() ? "length" : "malformed-output");
            Reading third = better.isEmpty() ? null : attempt(again, better);
            latest = third == null ? latest : third;
        }
        return latest.whole() ? result(latest) : bestOf(latest);
    }

    /** Another try; null when there is no answer, for what there was before may still be of use. */
    private @Nullable Reading attempt(LlmRequest changed, List<Backend> candidates) {
        try {
            return read(exchange.ask(changed, candidates, route.reason()));
        } catch (LlmException e) {
            return null; // the call was reported; what went wrong with the first answer is what the caller is told
        }
    }

    /** A document that was cut is better than none; without any the model's words are given back in the failure. */
    private LlmResponse bestOf(Reading latest) {
        if (usable != null) {
            return result(usable);
        }
        if (exchange.heard()) {
            return result(latest);
        }
        throw new MalformedOutput(
                "the model '" + latest.backend().name() + "' did not keep the form that was asked for: "
                        + latest.reason(),
                latest.response().text(),
                null);
    }

    private LlmResponse result(Reading reading) {
        return reading.response().toBuilder().usage(usage).build();
    }

    private Reading read(Exchange.Answer answer) {
        LlmResponse response = answer.response();
        usage = usage.plus(response.usage());
        if (!(request.output() instanceof OutputSpec.JsonDocument wanted)
                || response.json().isPresent()
                || response.finish() == FinishReason.FILTERED
                || (!response.toolCalls().isEmpty() && response.text().isBlank())) {
            return new Reading(response, true, "", answer.backend());
        }
        Repaired repaired = services.repair().read(response.text(), wanted.schema());
        if (repaired.document().isEmpty()) {
            return new Reading(response, false, repaired.reason(), answer.backend());
        }
        OutputQuality quality = repaired.steps().isEmpty() ? response.quality() : OutputQuality.REPAIRED;
        LlmResponse read = response.toBuilder()
                .json(repaired.document().get())
                .quality(quality)
                .repairs(repaired.steps())
                .build();
        boolean cut = repaired.steps().contains(Steps.CUT);
        Reading reading =
                new Reading(read, !cut, cut ? "the answer ended before its document did" : "", answer.backend());
        usable = reading;
        return reading;
    }

    /** The request for the second try: with more room when the answer was cut, with what is wrong otherwise. */
    private LlmRequest again(Reading bad) {
        if (bad.cutByLength()) {
            return request.toBuilder().sampling(doubled(request.sampling())).build();
        }
        String text = bad.response().text();
        String shown = text.length() <= SHOWN ? text : text.substring(0, SHOWN);
        return request.toBuilder()
                .message(LlmMessage.assistant(shown))
                .message(LlmMessage.user("Your answer could not be used: " + bad.reason()
                        + ". Answer again with the whole JSON document and nothing else."))
                .build();
    }

    private static Sampling doubled(Sampling sampling) {
        Sampling doubled = Sampling.maxTokens((int) Math.min(Integer.MAX_VALUE, sampling.maxTokens() * 2L))
                .stop(sampling.stop());
        if (sampling.temperature().isPresent()) {
            doubled = doubled.temperature(sampling.temperature().getAsDouble());
        }
        if (sampling.topP().isPresent()) {
            doubled = doubled.topP(sampling.topP().getAsDouble());
        }
        return sampling.seed().isPresent() ? doubled.seed(sampling.seed().getAsLong()) : doubled;
    }

    private List<Backend> above(Backend than, LlmRequest asked) {
        return backends.stream()
                .filter(backend -> backend.settings().tier() > than.settings().tier())
                .filter(backend -> exchange.permitted(backend, asked))
                .sorted(java.util.Comparator.comparingInt(
                        backend -> backend.settings().tier()))
                .toList();
    }

    /** Where a wish for a better model leads; a turn that was answered there stays there, and that is no second time. */
    private List<Backend> wished(Backend than, String reason) {
        if (services.escalations().goesOn(request.turn(), request.role())) {
            escalated = true;
            return above(than, request);
        }
        return better(than, request, reason);
    }

    /** Better backends than this one that may be asked, once per turn; empty when there are none. */
    private List<Backend> better(Backend than, LlmRequest asked, String reason) {
        if (escalated) {
            return List.of();
        }
        List<Backend> better = above(than, asked);
        if (better.isEmpty() || !services.escalations().first(request.turn(), request.role())) {
            return List.of();
        }
        escalated = true;
        report.escalated(than, better.get(0), reason);
        return better;
    }
}
