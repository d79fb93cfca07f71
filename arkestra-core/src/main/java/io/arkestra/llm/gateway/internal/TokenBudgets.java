package io.arkestra.llm.gateway.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import io.arkestra.store.StoreException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Tokens that a user, and all users together, may spend on language models in a day. What a call may take is reserved before it, what
 * it took is settled after it; both survive a restart. A call that a crash cut off counts with all that it had reserved. Thread-safe.
 */
public final class TokenBudgets {
    /** One document per owner and day: {@code used}, tokens spent and reserved. */
    static final CollectionSpec COLLECTION =
            CollectionSpec.builder("token_days").derived().build();

    private static final Duration KEPT = Duration.ofDays(3);
    private static final int ATTEMPTS = 10;

    private final DocStore store;
    private final Clock clock;
    private final OptionalLong perUser;
    private final OptionalLong perDay;
    private final Function<Optional<Scope>, ZoneId> zone;
    private final ReentrantLock lock = new ReentrantLock();

    /**
     * @param perUser tokens of one user in a day; empty for no limit
     * @param perDay tokens of everybody in a day; empty for no limit
     * @param zone in which zone a day begins, for a scope or, without one, for the host
     */
    public TokenBudgets(
            DocStore store,
            Clock clock,
            OptionalLong perUser,
            OptionalLong perDay,
            Function<Optional<Scope>, ZoneId> zone) {
        this.store = store;
        this.clock = clock;
        this.perUser = perUser;
        this.perDay = perDay;
        this.zone = zone;
        if (limited()) {
            store.define(COLLECTION);
        }
    }

    boolean limited() {
        return perUser.isPresent() || perDay.isPresent();
    }

    /**
     * Reserves tokens.
     *
     * @throws DayBudgetExceeded when a limit would be passed; nothing is reserved then
     */
    Reservation reserve(Optional<Scope> scope, long tokens) {
        List<Account> accounts = accounts(scope);
        if (accounts.isEmpty()) {
            return new Reservation(accounts, tokens);
        }
        change(tx -> {
            for (Account account : accounts) {
                long used = used(tx, account);
                if (tokens > account.limit - used) {
                    throw new DayBudgetExceeded("the call may take " + tokens + " tokens, but of the " + account.limit
                            + " that " + account.key + " allows for " + account.day + " only "
                            + Math.max(0, account.limit - used) + " are left");
                }
            }
            accounts.forEach(account -> add(tx, account, tokens));
        });
        return new Reservation(accounts, tokens);
    }

    private List<Account> accounts(Optional<Scope> scope) {
        List<Account> accounts = new ArrayList<>();
        if (perUser.isPresent() && scope.isPresent()) {
            accounts.add(new Account(
                    Owner.of(scope.get().user()), day(scope), perUser.getAsLong(), "budget.userTokensPerDay"));
        }
        if (perDay.isPresent()) {
            accounts.add(new Account(Owner.SYSTEM, day(Optional.empty()), perDay.getAsLong(), "budget.tokensPerDay"));
        }
        return accounts;
    }

    private LocalDate day(Optional<Scope> scope) {
        return LocalDate.ofInstant(clock.instant(), zone.apply(scope));
    }

    private void change(java.util.function.Consumer<DocTransaction> work) {
        lock.lock();
        try {
            for (int attempt = 1; ; attempt++) {
                try {
                    store.inTransaction(tx -> {
                        work.accept(tx);
                        return true;
                    });
                    return;
                } catch (StoreException e) {
                    if (!e.retryable() || attempt == ATTEMPTS) {
                        throw e;
                    }
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private static long used(DocTransaction tx, Account account) {
        return tx.get(COLLECTION.name(), account.owner, account.day.toString())
                .flatMap(doc -> doc.body().integer("used"))
                .orElse(0L);
    }

    private void add(DocTransaction tx, Account account, long tokens) {
        Optional<Doc> doc = tx.get(COLLECTION.name(), account.owner, account.day.toString());
        long used = doc.flatMap(found -> found.body().integer("used")).orElse(0L);
        Json body = Json.object().put("used", Math.max(0, used + tokens)).build();
        tx.put(
                COLLECTION.name(),
                doc.map(found -> DocWrite.update(found, body))
                        .orElseGet(() -> DocWrite.of(account.owner, account.day.toString(), body)
                                .expectVersion(DocWrite.ABSENT)
                                .expiresAt(clock.instant().plus(KEPT))));
    }

    /** Whose day with which limit. */
    private record Account(Owner owner, LocalDate day, long limit, String key) {}

    /** What one call may take. Settled once. */
    final class Reservation {
        private final List<Account> accounts;
        private final long reserved;

        private Reservation(List<Account> accounts, long reserved) {
            this.accounts = accounts;
            this.reserved = reserved;
        }

        /** What it took. */
        void settle(long tokens) {
            if (!accounts.isEmpty() && tokens != reserved) {
                change(tx -> accounts.forEach(account -> add(tx, account, tokens - reserved)));
            }
        }
    }
}
