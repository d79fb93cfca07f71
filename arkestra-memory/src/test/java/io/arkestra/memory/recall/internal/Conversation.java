package io.arkestra.memory.recall.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.memory.Memory;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.Passage;
import io.arkestra.memory.RecallQuery;
import io.arkestra.memory.internal.ArkestraMemoryProvider;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocStoreProvider;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import io.arkestra.testkit.ManualClock;
import io.arkestra.testkit.TestProviderContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A store and a memory over it, and people who talk. */
final class Conversation implements AutoCloseable {
    final ManualClock clock = ManualClock.at("2026-03-01T12:00:00Z");
    final DocStore store;
    final TestProviderContext context;
    final Memory memory;
    private final Map<String, Long> ordinals = new HashMap<>();
    private long ids;

    private Conversation(@Nullable Path home) {
        this(home, builder -> builder);
    }

    private Conversation(@Nullable Path home, UnaryOperator<TestProviderContext.Builder> company) {
        this.store = ServiceLoader.load(DocStoreProvider.class)
                .findFirst()
                .orElseThrow()
                .open(context(home, "store", null, builder -> builder));
        this.context = context(home, "memory", store, company);
        this.memory = new ArkestraMemoryProvider().open(context);
        for (String user : List.of("ann", "bob")) {
            for (Message message : memory.messages(
                    as(user), java.time.Instant.EPOCH, clock.instant().plus(Duration.ofDays(999)), 10_000)) {
                ordinals.merge(user + message.session(), message.ordinal() + 1, Math::max);
                ids = Math.max(ids, Long.parseLong(message.id().substring(1)));
            }
        }
    }

    static Conversation inMemory() {
        return new Conversation(null);
    }

    static Conversation in(Path home) {
        return new Conversation(home);
    }

    /** With services or settings of the memory that there are not otherwise. */
    static Conversation with(UnaryOperator<TestProviderContext.Builder> company) {
        return new Conversation(null, company);
    }

    private TestProviderContext context(
            @Nullable Path home,
            String part,
            @Nullable DocStore documents,
            UnaryOperator<TestProviderContext.Builder> company) {
        TestProviderContext.Builder builder =
                company.apply(TestProviderContext.builder().clock(clock));
        if (home != null) {
            try {
                builder = builder.dataDirectory(Files.createDirectories(home.resolve(part)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return (documents == null ? builder : builder.service(DocStore.class, documents)).build();
    }

    static Scope as(String user) {
        return Scope.of(UserId.of(user));
    }

    Message user(String user, String session, String turn, String text) {
        return say(user, session, turn, Origin.USER, text, Json.emptyObject());
    }

    Message assistant(String user, String session, String turn, String text) {
        return say(user, session, turn, Origin.ASSISTANT, text, Json.emptyObject());
    }

    Message derived(String user, String session, String turn, String text) {
        return say(
                user,
                session,
                turn,
                Origin.ASSISTANT,
                text,
                Json.object().put("derived", true).build());
    }

    Message say(String user, String session, String turn, Origin origin, String text, Json detail) {
        clock.advance(Duration.ofMinutes(1));
        long ordinal = ordinals.merge(user + session, 1L, Long::sum) - 1;
        Message message = Message.of(
                        String.format("m%06d", ++ids),
                        UserId.of(user),
                        SessionId.of(session),
                        TurnId.of(turn),
                        ordinal,
                        origin,
                        origin == Origin.USER ? "Anna" : "Arkestra",
                        text,
                        clock.instant())
                .withDetail(detail);
        store.inTransaction(transaction ->
                transaction.put("messages", DocWrite.of(Owner.of(message.user()), message.id(), message.toJson())));
        return message;
    }

    void delete(Message message) {
        store.inTransaction(transaction -> transaction.delete("messages", Owner.of(message.user()), message.id()));
    }

    List<String> texts(String user, String question) {
        return recall(user, RecallQuery.about(question)).stream()
                .map(Passage::text)
                .toList();
    }

    List<Passage> recall(String user, RecallQuery query) {
        return memory.recall(as(user), query).passages();
    }

    /** Everything that a caller can see of a recall. */
    List<String> seen(String user, String question) {
        return recall(user, RecallQuery.about(question).limit(100).tokenBudget(100_000)).stream()
                .map(passage ->
                        passage.id() + " " + passage.score() + " " + new java.util.TreeMap<>(passage.scoreParts()))
                .toList();
    }

    @Override
    public void close() {
        memory.close();
        store.close();
    }
}
