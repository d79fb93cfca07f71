package io.arkestra.llm.gateway.internal;

import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.OutputSpec;
import io.arkestra.llm.TokenCount;
import io.arkestra.llm.ToolMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Orders a role's backends for one request: what cannot serve it is left out, the rest stands best first. Stateless. */
final class Router {
    private static final int TOKENS_PER_MESSAGE = 4;

    /**
     * Where to go.
     *
     * @param candidates best first; never empty
     * @param reason why in this order, for people
     */
    record Route(List<Backend> candidates, String reason) {
        Route {
            candidates = List.copyOf(candidates);
        }
    }

    private Router() {}

    /** The order: on this machine first, then what was given first or has the lower tier, then cheaper, then quicker. */
    static Route route(List<Backend> backends, LlmRequest request) {
        if (backends.size() == 1) {
            return new Route(backends, "the only one");
        }
        long estimate = estimate(request);
        List<Backend> fitting = new ArrayList<>();
        List<String> left = new ArrayList<>();
        for (Backend backend : backends) {
            String obstacle = silent(backend) ? "does not say what it can do" : obstacle(backend, request, estimate);
            if (obstacle.isEmpty()) {
                fitting.add(backend);
            } else {
                left.add(backend.name() + " " + obstacle);
            }
        }
        if (fitting.isEmpty()) {
            // Nobody can, as far as we know. Our count may be a guess: the one with most room is to say so itself.
            Backend widest = backends.stream()
                    .filter(backend -> !silent(backend))
                    .max(Comparator.comparingInt(
                            backend -> backend.capabilities().contextTokens()))
                    .orElse(backends.get(0));
            return new Route(
                    List.of(widest), "none fits, " + widest.name() + " has most room; " + String.join(", ", left));
        }
        fitting.sort(
                Comparator.comparing((Backend backend) -> !backend.breaker().admits())
                        .thenComparing(backend -> !backend.capabilities().local())
                        .thenComparing(backend -> backend.settings().tier())
                        .thenComparing(backend -> backend.settings().cost())
                        .thenComparing(Backend::firstTokenNanos));
        Backend first = fitting.get(0);
        String why = first.name() + (first.capabilities().local() ? " is local" : " is remote") + ", tier "
                + first.settings().tier();
        return new Route(fitting, left.isEmpty() ? why : why + "; left out: " + String.join(", ", left));
    }

    /** Tokens of the prompt by our own guess, which errs on the side of too many. */
    static long estimate(LlmRequest request) {
        long tokens = 0;
        for (LlmMessage message : LlmMessage.withoutToolProtocol(request.messages())) {
            tokens += TokenCount.estimate(message.rendered()).tokens() + TOKENS_PER_MESSAGE;
        }
        return tokens;
    }

    private static boolean silent(Backend backend) {
        try {
            backend.capabilities();
            return false;
        } catch (LlmException e) {
            return true;
        }
    }

    private static String obstacle(Backend backend, LlmRequest request, long estimate) {
        LlmCapabilities able = backend.capabilities();
        boolean needsTools = !request.tools().isEmpty()
                && (request.toolMode() == ToolMode.REQUIRED || !(request.output() instanceof OutputSpec.JsonDocument));
        if (needsTools && !able.nativeTools()) {
            return "has no tool calls of its own";
        }
        int room = able.contextTokens() - request.sampling().maxTokens();
        long expected = (long) Math.ceil(estimate * Math.max(1, backend.scale().ratio()));
        if (expected <= room) {
            return "";
        }
        // Only a tokenizer on this machine is asked: to count elsewhere would be to send the prompt there.
        long exact = able.local() ? backend.client().countTokens(request).tokens() : expected;
        return exact <= room ? "" : "has room for " + Math.max(0, room) + " tokens of a prompt of " + exact;
    }
}
