package io.arkestra.llm.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancellationSource;
import io.arkestra.common.CancelledException;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmException.Reason;
import io.arkestra.llm.LlmListener;
import io.arkestra.policy.Decision;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RetryTest {
    @Test
    void delay_doublesUpToEightSeconds_withFullJitter() {
        LlmException down = new LlmException(Reason.UNAVAILABLE, "x");
        RetryRule many = new RetryRule(20);

        assertEquals(Optional.of(Duration.ZERO), many.delay(down, 3, 0));
        for (int tried = 0; tried < 20; tried++) {
            Duration ceiling = Duration.ofMillis(Math.min(8_000, 250L << Math.min(tried, 10)));
            assertEquals(Optional.of(ceiling.dividedBy(2)), many.delay(down, tried, 0.5));
        }
        assertTrue(many.delay(down, 20, 0.5).isEmpty());
    }

    @Test
    void delay_backendNamesItsTime_thatWins() {
        LlmException busy = new LlmException(Reason.OVERLOADED, "x", null, Duration.ofSeconds(30));

        assertEquals(Optional.of(Duration.ofSeconds(30)), RetryRule.LOCAL.delay(busy, 0, 0.1));
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void generate_backendThatAlwaysFails_isTriedAsOftenAsTheReasonAllows(Reason reason) {
        boolean doubtful = reason == Reason.SERVER_ERROR || reason == Reason.TIMEOUT;
        int local = !new LlmException(reason, "x").retryable() ? 1 : doubtful ? 2 : 3;
        int remote = local == 3 ? 5 : local;
        assertEquals(local, tries(reason, true));
        assertEquals(remote, tries(reason, false));
    }

    private static int tries(Reason reason, boolean local) {
        try (GatewayFixture fixture = new GatewayFixture().egress((action, scope) -> Decision.allow("r", "r"))) {
            PlannedLlm client = new PlannedLlm("a", PlannedLlm.fails(reason)).can(able -> able.local(local));
            LlmException failure = assertThrows(
                    LlmException.class,
                    () -> fixture.gateway(client)
                            .generate(GatewayFixture.text("hi"), LlmListener.none(), Cancellation.none()));
            assertEquals(reason, failure.reason());
            return client.requests.size();
        }
    }

    @Test
    void generate_retryAfterBeyondTheDeadline_failsAtOnce() {
        try (GatewayFixture fixture = new GatewayFixture()) {
            PlannedLlm client = new PlannedLlm("a", (request, listener, cancel) -> {
                throw new LlmException(Reason.OVERLOADED, "x", null, Duration.ofMinutes(5));
            });

            assertThrows(
                    LlmException.class,
                    () -> fixture.gateway(client)
                            .generate(
                                    GatewayFixture.text("hi").toBuilder()
                                            .deadline(Duration.ofMinutes(1))
                                            .build(),
                                    LlmListener.none(),
                                    Cancellation.none()));

            assertEquals(1, client.requests.size());
            assertEquals(List.of(), fixture.pace.pauses);
        }
    }

    @Test
    void generate_backendThatAlwaysAsksToWait_isNotWaitedForLongerThanHalfAMinute() {
        try (GatewayFixture fixture = new GatewayFixture()) {
            PlannedLlm client = new PlannedLlm("a", (request, listener, cancel) -> {
                throw new LlmException(Reason.OVERLOADED, "x", null, Duration.ofSeconds(20));
            });

            assertThrows(
                    LlmException.class,
                    () -> fixture.gateway(client)
                            .generate(GatewayFixture.text("hi"), LlmListener.none(), Cancellation.none()));

            assertEquals(2, client.requests.size());
            assertEquals(List.of(Duration.ofSeconds(20)), fixture.pace.pauses);
        }
    }

    @Test
    void generate_eachTry_getsTheTimeThatIsLeft() {
        try (GatewayFixture fixture = new GatewayFixture()) {
            fixture.pace.chance = 0.8;
            PlannedLlm client = new PlannedLlm("a", PlannedLlm.fails(Reason.UNAVAILABLE), PlannedLlm.says("yes"));

            fixture.gateway(client)
                    .generate(
                            GatewayFixture.text("hi").toBuilder()
                                    .deadline(Duration.ofSeconds(10))
                                    .build(),
                            LlmListener.none(),
                            Cancellation.none());

            assertEquals(
                    List.of(Duration.ofSeconds(10), Duration.ofMillis(9_800)),
                    client.requests.stream()
                            .map(request -> request.deadline().orElseThrow())
                            .toList());
        }
    }

    @Test
    void pause_cancelledMeanwhile_endsAtOnce() throws InterruptedException {
        CancellationSource cancel = new CancellationSource();
        CountDownLatch waiting = new CountDownLatch(1);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> wait = thread.submit(() -> {
                waiting.countDown();
                Pace.system().pause(Duration.ofHours(1), cancel);
            });
            assertTrue(waiting.await(30, TimeUnit.SECONDS));
            cancel.cancel("test");

            ExecutionException end = assertThrows(ExecutionException.class, () -> wait.get(30, TimeUnit.SECONDS));
            assertTrue(end.getCause() instanceof CancelledException);
        } finally {
            thread.shutdownNow();
        }
    }
}
