package io.arkestra.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.arkestra.common.CancellationSource;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.opentest4j.TestAbortedException;

/** A call on a thread of its own. */
final class RunningCall {
    /** How long a test waits for what should be there at once; generous, because machines are busy. */
    static final Duration SOON = Duration.ofSeconds(5);

    /** How long a test waits for an answer. */
    static final Duration LONG = Duration.ofSeconds(120);

    final HeardAnswer heard = new HeardAnswer();
    final CancellationSource cancel = new CancellationSource();
    private final CompletableFuture<LlmResponse> outcome = new CompletableFuture<>();

    private RunningCall() {}

    static RunningCall start(LlmClient client, LlmRequest request) {
        RunningCall call = new RunningCall();
        Thread thread = new Thread(() -> call.run(client, request), "llm-contract-call");
        thread.setDaemon(true);
        thread.start();
        return call;
    }

    private void run(LlmClient client, LlmRequest request) {
        try {
            LlmResponse response = client.generate(request, heard, cancel);
            heard.end();
            outcome.complete(response);
        } catch (Throwable e) {
            heard.end();
            outcome.completeExceptionally(e);
        }
    }

    /** The client of a situation, or the reason why its test cannot run. */
    static LlmClient need(Optional<LlmClient> client, String situation) {
        return client.orElseThrow(
                () -> new TestAbortedException("This backend cannot be brought into the situation: " + situation));
    }

    LlmResponse response() throws Exception {
        try {
            return outcome.get(LONG.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** What the call throws within the limit. */
    <T extends Throwable> T failure(Class<T> type, Duration limit) throws Exception {
        try {
            return fail("Answered " + outcome.get(limit.toMillis(), TimeUnit.MILLISECONDS) + " instead of failing");
        } catch (ExecutionException e) {
            return assertInstanceOf(type, e.getCause());
        } catch (TimeoutException e) {
            return fail("Neither returned nor threw within " + limit.toSeconds() + " s");
        }
    }

    boolean isDone() {
        return outcome.isDone();
    }

    void awaitText() throws Exception {
        assertTrue(heard.awaitText(), "no piece of text was heard");
    }

    void assertNothingHeardLate() {
        assertEquals(0, heard.late(), "pieces heard after the call had ended");
    }
}
