package io.arkestra.policy.rules.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Rules that users set for themselves and for a session. They only close doors. Thread-safe. */
public final class OwnRules {
    public static final CollectionSpec COLLECTION = CollectionSpec.builder("policy_rules")
            .check(doc -> doc.body().text("rules"))
            .build();

    private static final String USER = "user";
    private static final String SESSION = "session-";
    private static final int MOST_CACHED = 10_000;

    private record Key(UserId user, String id) {}

    private final DocStore store;
    private final Map<Key, List<RuleIndex>> cache = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();

    public OwnRules(DocStore store) {
        this.store = store;
        store.define(COLLECTION);
        store.watch(COLLECTION.name(), this::changed);
    }

    private void changed() {
        changes.incrementAndGet();
        cache.clear();
    }

    List<RuleIndex> ofUser(UserId user) {
        return cached(new Key(user, USER), Layer.USER);
    }

    List<RuleIndex> ofSession(UserId user, SessionId session) {
        return cached(new Key(user, SESSION + session), Layer.SESSION);
    }

    private List<RuleIndex> cached(Key key, Layer layer) {
        List<RuleIndex> known = cache.get(key);
        if (known != null) {
            return known;
        }
        long before = changes.get();
        List<RuleIndex> read = text(key)
                .map(text -> List.of(new RuleIndex(stored(layer, key, text))))
                .orElse(List.of());
        if (cache.size() >= MOST_CACHED) {
            cache.clear();
        }
        cache.put(key, read);
        if (changes.get() != before) {
            cache.remove(key); // somebody wrote while it was read
        }
        return read;
    }

    /** Rules that another version of Arkestra wrote may be unreadable here: then nothing is allowed until they are set again. */
    private static RuleSet stored(Layer layer, Key key, String text) {
        String name = name(layer, key.user());
        try {
            return RuleReader.read(layer, name, text);
        } catch (ConfigException e) {
            String all = "version: 1\ndefaults: { effect: deny }\n";
            return RuleReader.read(layer, name + " (unusable)", all);
        }
    }

    private static String name(Layer layer, UserId user) {
        return "rules of " + (layer == Layer.SESSION ? "a session of " : "") + user;
    }

    /** As they were set; empty when there are none. */
    public Optional<String> text(UserId user) {
        return text(new Key(user, USER));
    }

    /** As they were set; empty when there are none. */
    public Optional<String> text(UserId user, SessionId session) {
        return text(new Key(user, SESSION + session));
    }

    private Optional<String> text(Key key) {
        return store.inTransaction(tx -> tx.get(COLLECTION.name(), Owner.of(key.user()), key.id()))
                .map(Doc::body)
                .map(body -> body.text("rules"));
    }

    /**
     * Sets the rules of a user in place of those of before.
     *
     * @param yaml empty to have none
     * @throws ConfigException when they cannot be used; nothing is changed then
     */
    public void set(UserId user, String yaml) {
        set(new Key(user, USER), Layer.USER, yaml);
    }

    /**
     * Sets the rules of a session in place of those of before.
     *
     * @param yaml empty to have none
     * @throws ConfigException when they cannot be used; nothing is changed then
     */
    public void set(UserId user, SessionId session, String yaml) {
        set(new Key(user, SESSION + session), Layer.SESSION, yaml);
    }

    private void set(Key key, Layer layer, String yaml) {
        Owner owner = Owner.of(key.user());
        if (yaml.isBlank()) {
            store.inTransaction(tx -> tx.delete(COLLECTION.name(), owner, key.id()));
        } else {
            RuleReader.read(layer, name(layer, key.user()), yaml);
            Json body = Json.object().put("rules", yaml).build();
            store.inTransaction(tx -> tx.put(COLLECTION.name(), DocWrite.of(owner, key.id(), body)));
        }
        changed();
        store.sync();
    }

    /** The user was forgotten. */
    public void forget(UserId user) {
        changed();
    }
}
