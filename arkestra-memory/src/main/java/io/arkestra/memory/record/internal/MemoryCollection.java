package io.arkestra.memory.record.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Origin;
import io.arkestra.memory.SleepOutcome;
import io.arkestra.memory.Statement;
import io.arkestra.memory.Tier;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.FieldType;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The collection of what was remembered. A record is current while it has no {@code valid_to}. A text of one kind is current once per
 * owner ({@code live}, which a record loses when it is replaced, so that the same can be told again later), and an attribute with one
 * value has one current record ({@code slot_key}).
 */
public final class MemoryCollection {
    public static final CollectionSpec SPEC = CollectionSpec.builder("memories")
            .schemaVersion(2)
            .upcast(1, MemoryCollection::fromFirst)
            .field("kind", FieldType.STRING)
            .field("origin", FieldType.STRING)
            .field("at", FieldType.INSTANT)
            .field("hash", FieldType.STRING)
            .field("source", FieldType.STRING)
            .field("live", FieldType.STRING)
            .field("slot", FieldType.STRING)
            .field("slot_key", FieldType.STRING)
            .field("tier", FieldType.STRING)
            .field("touched", FieldType.INSTANT)
            .field("valid_from", FieldType.INSTANT)
            .field("valid_to", FieldType.INSTANT)
            .field("superseded_by", FieldType.STRING)
            .orderedIndex("valid_to", "at")
            .orderedIndex("kind", "valid_to", "at")
            .orderedIndex("at")
            .orderedIndex("tier", "valid_to", "touched")
            .orderedIndex("slot", "valid_from")
            .orderedIndex("superseded_by")
            .orderedIndex("source")
            .uniqueKey("kind", "live")
            .uniqueKey("slot_key")
            .feed()
            .check(MemoryCollection::check)
            .build();
    public static final String NAME = SPEC.name();

    /** Records that nothing has replaced. */
    static final Filter CURRENT = Filter.absent("valid_to");

    private MemoryCollection() {}

    /** What was remembered in the first shape was meant to stay. */
    private static Json fromFirst(Json body) {
        Json upcast = body.with("tier", Json.of("long"))
                .with("importance", Json.of(0.6))
                .with("sources", Json.strings(body.string("source").stream().toList()))
                .with("from", Json.strings(body.string("source").stream().toList()));
        Optional<String> at = body.string("at");
        if (at.isPresent()) {
            upcast = upcast.with("touched", Json.of(at.get()))
                    .with("recorded_at", Json.of(at.get()))
                    .with("valid_from", Json.of(at.get()));
        }
        Optional<String> hash = body.string("hash");
        return hash.isPresent() ? upcast.with("live", Json.of(hash.get())) : upcast;
    }

    /** Everything that any part reads of a record, in the types in which they read it. */
    private static void check(Doc doc) {
        record(doc);
        Json body = doc.body();
        for (String flag : List.of("explicit", "merged", "examined")) {
            body.bool(flag);
        }
        body.integer("uses");
        body.integer("told");
        body.instant("reinforced");
        RecordBody.strings(body, "from");
        for (Json wording : body.list("wordings")) {
            wording.string("quote");
            RecordBody.strings(wording, "from");
        }
    }

    /** Current records of one kind. */
    public static DocQuery ofKind(MemoryKind kind) {
        return DocQuery.where(Filter.and(Filter.eq("kind", lower(kind)), CURRENT));
    }

    public static List<MemoryRecord> newest(
            DocTransaction transaction, Owner owner, DocQuery which, Consumer<String> broken) {
        return transaction.find(NAME, owner, which.descending("at")).docs().stream()
                .flatMap(doc -> readable(doc, broken).stream())
                .toList();
    }

    /** The memory in a document; none, with a word to the host, when this version cannot read it. */
    public static List<MemoryRecord> readable(Doc doc, Consumer<String> broken) {
        try {
            return List.of(record(doc));
        } catch (InvalidInputException | IllegalArgumentException e) {
            broken.accept("Memory " + doc.id() + " cannot be read and is left out: " + e.getMessage());
            return List.of();
        }
    }

    /** Why a document cannot be worked on, as a finding of the nightly work; empty when it is whole. */
    static Optional<SleepOutcome.Entry> damage(Doc doc) {
        try {
            SPEC.check(doc);
            return Optional.empty();
        } catch (InvalidInputException e) {
            return Optional.of(SleepOutcome.Entry.of(
                    SleepOutcome.DAMAGED, doc.id(), "this memory cannot be read and is left out: " + e.getMessage()));
        }
    }

    /** The memory in a document, with the importance that it had when it was last told. */
    public static MemoryRecord record(Doc doc) {
        return builder(doc).build();
    }

    /** The memory in a document, with the importance that it has now. */
    static MemoryRecord record(Doc doc, TierRules tiers, Instant now) {
        return builder(doc).importance(importance(doc, tiers, now)).build();
    }

    static double importance(Doc doc, TierRules tiers, Instant now) {
        double told = doc.body().decimal("importance").map(Number::doubleValue).orElse(0.5);
        return flag(doc, "pinned")
                ? told
                : tiers.faded(told, doc.body().instant("reinforced").orElse(at(doc)), now);
    }

    private static MemoryRecord.Builder builder(Doc doc) {
        Json body = doc.body();
        MemoryRecord.Builder record = MemoryRecord.builder(doc.id(), kind(doc), body.text("text"), at(doc))
                .origin(constant(Origin.class, body.text("origin")))
                .tier(tier(doc))
                .importance(body.decimal("importance").map(Number::doubleValue).orElse(0.5))
                .pinned(flag(doc, "pinned"))
                .locked(flag(doc, "locked"))
                .sources(sources(doc))
                .taint(body.list("taint").stream().map(Json::asString).toList())
                .wordings(body.list("wordings").stream()
                        .map(wording -> wording.text("text"))
                        .toList());
        body.instant("valid_from").ifPresent(record::validFrom);
        body.instant("valid_to").ifPresent(record::validTo);
        body.string("superseded_by").ifPresent(record::supersededBy);
        body.string("quote").ifPresent(record::quote);
        statement(doc).ifPresent(record::statement);
        doc.expiresAt().ifPresent(record::expiresAt);
        body.instant("last_used")
                .ifPresent(last -> record.used(body.integer("uses").orElse(0L), last));
        return record;
    }

    static MemoryKind kind(Doc doc) {
        return constant(MemoryKind.class, doc.body().text("kind"));
    }

    static Tier tier(Doc doc) {
        return doc.body().string("tier").map(word -> constant(Tier.class, word)).orElse(Tier.LONG);
    }

    static Instant at(Doc doc) {
        return doc.body().instant("at").orElse(doc.createdAt());
    }

    static Instant validFrom(Doc doc) {
        return doc.body().instant("valid_from").orElseGet(() -> at(doc));
    }

    static boolean flag(Doc doc, String name) {
        return doc.body().bool(name).orElse(false);
    }

    static List<String> sources(Doc doc) {
        return doc.body().list("sources").stream().map(Json::asString).toList();
    }

    static Optional<Statement> statement(Doc doc) {
        return doc.body().get("statement").filter(Json::isObject).map(json -> {
            Statement.Kind kind = constant(Statement.Kind.class, json.text("kind"));
            Statement statement = json.bool("many").orElse(false)
                    ? Statement.oneOfMany(kind, json.text("subject"), json.text("attribute"), json.text("value"))
                    : Statement.one(kind, json.text("subject"), json.text("attribute"), json.text("value"));
            return json.bool("ended").orElse(false) ? statement.ended() : statement;
        });
    }

    static Json json(Statement statement) {
        return Json.object()
                .put("kind", lower(statement.kind()))
                .put("subject", statement.subject())
                .put("attribute", statement.attribute())
                .put("value", statement.value())
                .put("many", statement.isMany())
                .put("ended", statement.isEnded())
                .build();
    }

    static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String word) {
        return Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
    }
}
