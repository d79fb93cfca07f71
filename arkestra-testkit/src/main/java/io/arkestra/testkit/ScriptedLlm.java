package io.arkestra.testkit;

import io.arkestra.common.Cancellation;
import io.arkestra.llm.ContextOverflow;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmContent;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.OutputSpec;
import io.arkestra.llm.TokenCount;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A language model that answers as a test has told it to. A call is answered by the first {@link Expectation} that fits it and is not
 * used up; a call that none fits fails and is reported by {@link #verify()}, as is an expectation that was never met.
 *
 * <pre>{@code
 * ScriptedLlm model = new ScriptedLlm();
 * model.expect().role("junior").answers("{\"intent\":\"question\"}");
 * model.expect().when(request -> request.messages().size() > 3).fails(new LlmException(Reason.OVERLOADED, "later"));
 * }</pre>
 *
 * Keeps to {@link LlmClientContract}. Thread-safe; expectations may be added while it is used.
 */
public final class ScriptedLlm implements LlmClient {
    private static final Duration SLICE = Duration.ofMillis(10);

    private final LlmCapabilities capabilities;
    private final List<Expectation> expectations = new ArrayList<>();
    private final List<LlmRequest> requests = new ArrayList<>();
    private final List<String> unexpected = new ArrayList<>();
    private LlmHealth health = LlmHealth.ready("scripted");
    private int givenUp;
    private volatile boolean bytes;
    private volatile boolean closed;

    /** A model that can do everything, with a context of 32,768 tokens, on this machine. */
    public ScriptedLlm() {
        this(LlmCapabilities.builder()
                .jsonSchema(true)
                .nativeTools(true)
                .parallelTools(true)
                .reasoning(true)
                .usage(true)
                .streaming(true)
                .cancel(true)
                .local(true)
                .contextTokens(32_768)
                .parallelism(64)
                .build());
    }

    /** A model that can do what these say and refuses the rest. */
    public ScriptedLlm(LlmCapabilities capabilities) {
        this.capabilities = capabilities;
    }

    /** Adds an expectation, which answers one call with an empty text until it is told more. */
    public synchronized Expectation expect() {
        Expectation expectation = new Expectation();
        expectations.add(expectation);
        return expectation;
    }

    /** What {@link #probe()} says from now on. */
    public synchronized ScriptedLlm health(LlmHealth value) {
        health = value;
        return this;
    }

    /**
     * From now on each byte is a token, as in a model without a vocabulary of its own, and a prompt that leaves no room in the context for an
     * answer fails with {@link ContextOverflow}.
     */
    public ScriptedLlm countsBytes() {
        bytes = true;
        return this;
    }

    /** The calls that were accepted so far, oldest first. */
    public synchronized List<LlmRequest> requests() {
        return List.copyOf(requests);
    }

    /** Waits until this many calls have been accepted; false when there are fewer after the limit. */
    public synchronized boolean awaitRequests(int count, Duration limit) throws InterruptedException {
        return await(() -> requests.size() >= count, limit);
    }

    /** Waits until a call has ended by a cancellation, a deadline or the close; false when none has after the limit. */
    public synchronized boolean awaitGivenUp(Duration limit) throws InterruptedException {
        return await(() -> givenUp > 0, limit);
    }

    private synchronized boolean await(java.util.function.BooleanSupplier condition, Duration limit)
            throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    /** @throws AssertionError when a call came that nothing was expected of, or an expectation was not met as often as it said */
    public synchronized void verify() {
        List<String> wrong = new ArrayList<>(unexpected);
        for (int i = 0; i < expectations.size(); i++) {
            Expectation expectation = expectations.get(i);
            if (expectation.unmet()) {
                wrong.add("expectation " + (i + 1) + " (" + expectation + ") was met " + expectation.met() + " times");
            }
        }
        if (!wrong.isEmpty()) {
            throw new AssertionError("The scripted model was not used as expected: " + String.join("; ", wrong));
        }
    }

    @Override
    public LlmCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public synchronized LlmHealth probe() {
        return closed ? LlmHealth.down("the scripted model is closed") : health;
    }

    @Override
    public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
        cancel.throwIfCancelled();
        if (closed) {
            throw new LlmException(LlmException.Reason.UNAVAILABLE, "The scripted model is closed");
        }
        refuseUnclaimed(request);
        refuseTooLong(request);
        ScriptedCall call = new ScriptedCall(this, request, listener, cancel);
        try {
            return call.run(pick(request));
        } finally {
            if (call.gaveUp()) {
                countGivenUp();
            }
        }
    }

    private void refuseTooLong(LlmRequest request) {
        long tokens = bytes ? countTokens(request).tokens() : 0;
        if (tokens >= capabilities.contextTokens()) {
            throw new ContextOverflow(
                    "The prompt has " + tokens + " tokens, the scripted model holds " + capabilities.contextTokens(),
                    tokens,
                    (long) capabilities.contextTokens(),
                    null);
        }
    }

    private synchronized void countGivenUp() {
        givenUp++;
        notifyAll();
    }

    private synchronized Expectation pick(LlmRequest request) {
        requests.add(request);
        notifyAll();
        Optional<Expectation> found =
                expectations.stream().filter(each -> each.fits(request)).findFirst();
        found.ifPresent(Expectation::use);
        return found.orElseThrow(() -> {
            String what = "call " + requests.size() + " as " + request.role() + " was not expected";
            unexpected.add(what);
            return new LlmException(LlmException.Reason.INVALID_REQUEST, "The scripted model: " + what);
        });
    }

    private void refuseUnclaimed(LlmRequest request) {
        if (!request.tools().isEmpty() && !capabilities.nativeTools()) {
            throw unsupported("tools of a protocol of its own");
        }
        if (!(request.output() instanceof OutputSpec.Text) && !(request.output() instanceof OutputSpec.JsonDocument)) {
            throw unsupported("the form " + request.output().getClass().getSimpleName());
        }
        boolean strange = request.messages().stream()
                .flatMap(message -> message.content().stream())
                .anyMatch(part -> !(part instanceof LlmContent.Text) && !(part instanceof LlmContent.Data));
        if (strange) {
            throw unsupported("a message that is neither text nor data");
        }
    }

    private static LlmException unsupported(String what) {
        return new LlmException(LlmException.Reason.UNSUPPORTED, "The scripted model cannot do " + what);
    }

    @Override
    public TokenCount countTokens(LlmRequest request) {
        long tokens = LlmMessage.withoutToolProtocol(request.messages()).stream()
                .mapToLong(message -> tokens(message.rendered()) + 1)
                .sum();
        return TokenCount.of(tokens, capabilities.exactTokenCount());
    }

    private long tokens(String text) {
        return bytes
                ? text.getBytes(StandardCharsets.UTF_8).length
                : TokenCount.estimate(text).tokens();
    }

    @Override
    public void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    /** How long a call sleeps at most before it looks whether it was given up. */
    static Duration slice() {
        return SLICE;
    }

    /** Describes calls and how they are answered. Set up by one thread before the first call that may fit it. */
    public static final class Expectation extends ScriptedAnswer<Expectation> {
        private Predicate<LlmRequest> condition = request -> true;
        private String description = "any call";
        private int times = 1;
        private int met;

        private Expectation() {}

        /** Fits only calls with this role. */
        public Expectation role(String role) {
            description += " as " + role;
            return when(request -> request.role().equals(role));
        }

        /** Fits only calls for which this holds too. */
        public Expectation when(Predicate<LlmRequest> also) {
            condition = condition.and(also);
            return this;
        }

        /** Must be met exactly this often; at least 1. */
        public Expectation times(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("times is " + count + "; expected 1 or more");
            }
            times = count;
            return this;
        }

        /** May be met any number of times, also never. */
        public Expectation always() {
            times = Integer.MAX_VALUE;
            return this;
        }

        private boolean fits(LlmRequest request) {
            return met < times && condition.test(request);
        }

        private void use() {
            met++;
        }

        private int met() {
            return met;
        }

        private boolean unmet() {
            return times != Integer.MAX_VALUE && met != times;
        }

        @Override
        Expectation self() {
            return this;
        }

        @Override
        public String toString() {
            return description;
        }
    }
}
