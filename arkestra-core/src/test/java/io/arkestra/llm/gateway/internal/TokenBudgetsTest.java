package io.arkestra.llm.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmException;
import io.arkestra.schedule.internal.TestStores;
import io.arkestra.store.DocStore;
import io.arkestra.testkit.ManualClock;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenBudgetsTest {
    private static final Optional<Scope> ALICE = Optional.of(Scope.of(UserId.of("alice")));
    private static final Optional<Scope> BOB = Optional.of(Scope.of(UserId.of("bob")));

    private final ManualClock clock = ManualClock.at("2026-03-01T22:30:00Z");

    @Test
    void reserve_manyAtOnce_neverPromisesMoreThanThereIs() throws Exception {
        try (DocStore store = TestStores.inMemory(clock)) {
            TokenBudgets budgets = budgets(store, 1_000, 1_500);
            AtomicLong alice = new AtomicLong();
            AtomicLong everybody = new AtomicLong();
            ExecutorService threads = Executors.newFixedThreadPool(8);
            try {
                List<Future<?>> work = new ArrayList<>();
                for (int t = 0; t < 8; t++) {
                    Random random = new Random(t);
                    Optional<Scope> who = t % 2 == 0 ? ALICE : BOB;
                    work.add(threads.submit(() -> spend(budgets, who, random, alice, everybody)));
                }
                for (Future<?> each : work) {
                    each.get(60, TimeUnit.SECONDS);
                }
            } finally {
                threads.shutdownNow();
            }
            assertTrue(alice.get() <= 1_000, "alice spent " + alice);
            assertTrue(everybody.get() <= 1_500, "all spent " + everybody);
            // What is left can still be had, to the last token: nothing is lost in settling either.
            budgets.reserve(Optional.empty(), 1_500 - everybody.get());
            assertRefused(budgets, Optional.empty(), 1);
        }
    }

    private static void spend(
            TokenBudgets budgets, Optional<Scope> who, Random random, AtomicLong alice, AtomicLong everybody) {
        for (int i = 0; i < 20; i++) {
            long most = 1 + random.nextInt(60);
            long spent = random.nextInt((int) most + 1);
            try {
                budgets.reserve(who, most).settle(spent);
                everybody.addAndGet(spent);
                if (who.equals(ALICE)) {
                    alice.addAndGet(spent);
                }
            } catch (LlmException e) {
                assertEquals(LlmException.Reason.OVER_BUDGET, e.reason());
            }
        }
    }

    @Test
    void reserve_afterARestart_knowsWhatWasSpent(@TempDir Path home) {
        try (DocStore store = TestStores.inDirectory(home, clock)) {
            budgets(store, 100, 1_000).reserve(ALICE, 80).settle(60);
        }
        try (DocStore store = TestStores.inDirectory(home, clock)) {
            TokenBudgets budgets = budgets(store, 100, 1_000);
            assertRefused(budgets, ALICE, 41);
            budgets.reserve(ALICE, 40);
            budgets.reserve(BOB, 100);
        }
    }

    @Test
    void reserve_onTheNextDayOfTheUsersZone_startsAnew() {
        try (DocStore store = TestStores.inMemory(clock)) {
            TokenBudgets budgets = new TokenBudgets(
                    store,
                    clock,
                    OptionalLong.of(100),
                    OptionalLong.empty(),
                    scope -> scope.equals(ALICE) ? ZoneId.of("Europe/Berlin") : ZoneOffset.UTC);
            budgets.reserve(ALICE, 100);
            budgets.reserve(BOB, 100);
            clock.set(java.time.Instant.parse("2026-03-01T23:30:00Z"));

            budgets.reserve(ALICE, 100);
            assertRefused(budgets, BOB, 1);
        }
    }

    @Test
    void reserve_refused_reservesNothingAndNamesTheKey() {
        try (DocStore store = TestStores.inMemory(clock)) {
            TokenBudgets budgets = budgets(store, 1_000, 100);
            String message = assertRefused(budgets, ALICE, 101);
            assertTrue(message.contains("budget.tokensPerDay"), message);
            budgets.reserve(ALICE, 100);
        }
    }

    private static String assertRefused(TokenBudgets budgets, Optional<Scope> who, long tokens) {
        LlmException refused = assertThrows(LlmException.class, () -> budgets.reserve(who, tokens));
        assertEquals(LlmException.Reason.OVER_BUDGET, refused.reason());
        return String.valueOf(refused.getMessage());
    }

    private TokenBudgets budgets(DocStore store, long perUser, long perDay) {
        return new TokenBudgets(
                store, clock, OptionalLong.of(perUser), OptionalLong.of(perDay), scope -> ZoneOffset.UTC);
    }
}
