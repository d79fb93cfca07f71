package io.arkestra.people.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.common.WellFormed;
import io.arkestra.concurrent.internal.Transactions;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Facts that a host tells about the surroundings of a conversation: data for prompts, bounded in number and length. Thread-safe. */
public final class EnvStore {
    public static final CollectionSpec COLLECTION = CollectionSpec.builder("env")
            .check(doc -> checked(doc.body()
                    .get("facts")
                    .filter(Json::isObject)
                    .orElseThrow(() -> new InvalidInputException("it has no object \"facts\""))))
            .build();

    /** How many facts a conversation has at most. */
    public static final int MOST = 20;

    private static final int LONGEST = 300;
    private static final Pattern NAME = Pattern.compile("[\\p{L}][\\p{L}\\p{N} _.-]{0,39}");

    private final DocStore store;

    public EnvStore(DocStore store) {
        this.store = store;
        store.define(COLLECTION);
    }

    private static void checked(Json facts) {
        if (facts.size() > MOST) {
            throw new InvalidInputException("\"facts\" has " + facts.size() + " members; expected at most " + MOST);
        }
        facts.members().forEach((name, value) -> {
            name(name);
            value(name, value.asString());
        });
    }

    /**
     * Facts with one more; an empty value takes the fact away.
     *
     * @throws InvalidInputException when name or value do not fit or there are too many
     */
    public static Map<String, String> with(Map<String, String> facts, String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(facts);
        if (value.isBlank()) {
            changed.remove(name(name));
            return Map.copyOf(changed);
        }
        changed.put(name(name), value(name, value));
        if (changed.size() > MOST) {
            throw new InvalidInputException("There are " + MOST + " facts of the surroundings already; '" + name
                    + "' would be one more. Take one away with an empty value first");
        }
        return Map.copyOf(changed);
    }

    private static String name(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidInputException(
                    "'" + name
                            + "' cannot name a fact of the surroundings; expected a letter and up to 39 letters, digits, blanks and _.-");
        }
        return name;
    }

    private static String value(String name, String value) {
        String clean = WellFormed.text(value).strip().replaceAll("[\\s\\p{Cntrl}]+", " ");
        if (clean.isEmpty() || clean.length() > LONGEST) {
            throw new InvalidInputException("The fact '" + name + "' has " + clean.length()
                    + " characters; expected 1 to " + LONGEST + " of a short fact such as 'Berlin'");
        }
        return clean;
    }

    /** What was told about a conversation. */
    public Map<String, String> facts(DocTransaction tx, UserId user, SessionId session) {
        Map<String, String> facts = new LinkedHashMap<>();
        tx.get(COLLECTION.name(), Owner.of(user), session.value())
                .flatMap(doc -> doc.body().get("facts"))
                .ifPresent(told -> told.members().forEach((name, value) -> facts.put(name, value.asString())));
        return facts;
    }

    /** Tells a fact about a conversation for all turns to come; an empty value takes it away. */
    public void tell(UserId user, SessionId session, String name, String value) {
        Transactions.again(store, tx -> {
            Map<String, String> facts = with(facts(tx, user, session), name, value);
            Optional<Doc> known = tx.get(COLLECTION.name(), Owner.of(user), session.value());
            Json.ObjectBuilder members = Json.object();
            facts.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(fact -> members.put(fact.getKey(), fact.getValue()));
            Json body = Json.object().put("facts", members.build()).build();
            return tx.put(
                    COLLECTION.name(),
                    known.map(doc -> DocWrite.update(doc, body))
                            .orElseGet(() -> DocWrite.of(Owner.of(user), session.value(), body)
                                    .expectVersion(DocWrite.ABSENT)));
        });
        store.sync();
    }
}
