package io.arkestra.llm.gateway.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.llm.ContextOverflow;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.OutputSpec;
import io.arkestra.llm.TokenCount;
import io.arkestra.llm.ToolMode;
import io.arkestra.llm.Usage;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts one request to the first of some backends that answers: reserves tokens, lets nothing leave the machine that may not, falls
 * back. Confined to one call of the gateway.
 */
final class Exchange {
    private final GatewayServices services;
    private final LlmListener listener;
    private final Cancellation cancel;
    private final Deadline deadline;
    private final CallReport report;
    private boolean heard;

    /**
     * An answer.
     *
     * @param response what was answered
     * @param backend by whom
     */
    record Answer(LlmResponse response, Backend backend) {}

    Exchange(
            GatewayServices services, LlmListener listener, Cancellation cancel, Deadline deadline, CallReport report) {
        this.services = services;
        this.listener = listener;
        this.cancel = cancel;
        this.deadline = deadline;
        this.report = report;
    }

    /** Whether somebody has heard a part of an answer: no other may follow it then. */
    boolean heard() {
        return heard;
    }

    /** Whether a request may go to a backend at all. */
    boolean permitted(Backend backend, LlmRequest request) {
        try {
            outward(backend, request);
            return true;
        } catch (LlmException e) {
            return false;
        }
    }

    Answer ask(LlmRequest request, List<Backend> candidates, String route) {
        long tokens = counted(candidates)
                ? Router.estimate(request) + request.sampling().maxTokens()
                : 0;
        TokenBudgets.Reservation reserved = services.budgets().reserve(request.scope(), tokens);
        long spent = tokens; // what an unexpected end leaves behind: nobody knows what was spent until then
        try {
            Answer answer = firstThatAnswers(request, candidates, tokens, route);
            spent = spent(request, answer.response());
            return answer;
        } catch (LlmException e) {
            spent = heard ? tokens : 0;
            throw e;
        } finally {
            reserved.settle(spent);
        }
    }

    private boolean counted(List<Backend> candidates) {
        return services.budgets().limited()
                || candidates.stream().anyMatch(backend -> backend.settings().tokensPerMinute() > 0);
    }

    private static long spent(LlmRequest request, LlmResponse response) {
        Usage usage = response.usage();
        return usage.totalTokens() > 0
                ? usage.totalTokens()
                : Router.estimate(request)
                        + TokenCount.estimate(response.text()).tokens();
    }

    private Answer firstThatAnswers(LlmRequest request, List<Backend> candidates, long tokens, String route) {
        List<LlmException> failures = new ArrayList<>();
        int needed = 0;
        for (Backend backend : candidates) {
            if (needed > 0 && backend.capabilities().contextTokens() <= needed) {
                continue;
            }
            try {
                return one(backend, request, tokens, route);
            } catch (LlmException e) {
                failures.add(e);
                if (heard || !fallsBack(e) || deadline.passed()) {
                    break;
                }
                if (e.reason() == LlmException.Reason.CONTEXT_OVERFLOW) {
                    needed = Math.max(needed, backend.capabilities().contextTokens());
                }
            }
        }
        LlmException first = failures.stream()
                .filter(failure -> failure.reason() != LlmException.Reason.DENIED)
                .findFirst()
                .orElse(failures.get(0));
        failures.stream().filter(failure -> failure != first).forEach(first::addSuppressed);
        throw first;
    }

    private Answer one(Backend backend, LlmRequest request, long tokens, String route) {
        BackendCall call = new BackendCall(backend, services.pace(), deadline, cancel);
        long guessed = 0;
        try {
            LlmRequest outward = outward(backend, request);
            guessed = measurable(outward);
            boolean background = Gateway.BACKGROUND_ROLES.contains(request.role());
            LlmResponse response = backend.capabilities().local()
                    ? call.run(outward, listener, tokens, background)
                    : outside(call, outward, tokens, background);
            backend.scale().read(guessed, response.usage());
            report.answered(backend, response, call.retries(), route);
            return new Answer(response, backend);
        } catch (LlmException e) {
            if (e instanceof ContextOverflow refusal) {
                backend.scale().refused(guessed, refusal);
            }
            report.failed(backend, e, call.retries(), route);
            throw e;
        } finally {
            heard |= call.heard();
        }
    }

    /**
     * Tokens of all that the backend reads for a request, by our guess; 0 for one that is no measure, because nobody knows how its tools are
     * written. A schema is often told in the prompt too.
     */
    private static long measurable(LlmRequest request) {
        if (!request.tools().isEmpty()) {
            return 0;
        }
        long schema = request.output() instanceof OutputSpec.JsonDocument document
                ? TokenCount.estimate(document.schema().toString()).tokens()
                : 0;
        return Router.estimate(request) + schema;
    }

    /** Values that left under names come back under them. */
    private LlmResponse outside(BackendCall call, LlmRequest request, long tokens, boolean background) {
        RestoredNames names = services.egress().restored(request, listener);
        return names.of(call.run(request, names.listener(), tokens, background));
    }

    /** The request as this backend gets it. */
    private LlmRequest outward(Backend backend, LlmRequest request) {
        LlmRequest.Builder builder = request.toBuilder();
        boolean inWords =
                request.output() instanceof OutputSpec.JsonDocument && request.toolMode() != ToolMode.REQUIRED;
        if (!request.tools().isEmpty() && inWords && !backend.capabilities().nativeTools()) {
            builder.replaceTools(List.of()); // the prompt describes them, and the document holds the calls
        }
        LlmRequest bare = builder.extensions(request.extensions().without(Gateway.ESCALATE))
                .build();
        return backend.capabilities().local() ? bare : services.egress().pass(backend, bare);
    }

    private static boolean fallsBack(LlmException failure) {
        return switch (failure.reason()) {
            case UNAVAILABLE,
                    OVERLOADED,
                    TIMEOUT,
                    CRASHED,
                    SERVER_ERROR,
                    NOT_FOUND,
                    AUTHENTICATION,
                    CONTEXT_OVERFLOW,
                    UNSUPPORTED,
                    OVER_BUDGET,
                    DENIED -> true;
            default -> false;
        };
    }
}
