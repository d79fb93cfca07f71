package io.arkestra.memory.record.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.memory.Memory;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.internal.ArkestraMemoryProvider;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocStoreProvider;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import io.arkestra.testkit.ManualClock;
import io.arkestra.testkit.TestProviderContext;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** A store, a memory over it and its records. */
final class Home implements AutoCloseable {
    Owner owner = Owner.of(UserId.of("ann"));
    Scope scope = Scope.of(UserId.of("ann"));

    final ManualClock clock = ManualClock.at("2026-03-01T12:00:00Z");
    final DocStore store;
    final Memory memory;
    final MemoryRecords records;
    private long messages;

    Home(Json settings) {
        store = ServiceLoader.load(DocStoreProvider.class)
                .findFirst()
                .orElseThrow()
                .open(TestProviderContext.builder().clock(clock).build());
        TestProviderContext context = TestProviderContext.builder()
                .clock(clock)
                .service(DocStore.class, store)
                .settings(settings)
                .build();
        memory = new ArkestraMemoryProvider().open(context);
        records = new MemoryRecords(
                store, warning -> {}, TierRules.of(context.settings()), FactRules.of(Optional.empty()));
    }

    Home() {
        this(Json.emptyObject());
    }

    /** From now on somebody else talks. */
    void become(String user) {
        scope = Scope.of(UserId.of(user));
        owner = Owner.of(scope.user());
    }

    Message say(String session, String text) {
        clock.advance(java.time.Duration.ofMinutes(1));
        Message message = Message.of(
                String.format("m%06d", ++messages),
                scope.user(),
                SessionId.of(session),
                TurnId.of("t" + messages),
                messages,
                Origin.USER,
                "Anna",
                text,
                clock.instant());
        store.inTransaction(
                transaction -> transaction.put("messages", DocWrite.of(owner, message.id(), message.toJson())));
        return message;
    }

    /** What the end of a session does with a message of the user. */
    List<MemoryRecord> learn(Message message) {
        return records.rules().facts(message).stream()
                .map(draft -> records.remember(scope, draft))
                .toList();
    }

    List<MemoryRecord> tell(String text) {
        return learn(say("s" + messages, text));
    }

    List<String> current() {
        return records.list(scope, 1_000).stream().map(MemoryRecord::text).toList();
    }

    List<Doc> docs(String collection) {
        return store.inTransaction(transaction -> transaction
                .find(collection, owner, DocQuery.all().limit(DocQuery.MAX_LIMIT))
                .docs());
    }

    @Override
    public void close() {
        memory.close();
        store.close();
    }
}
