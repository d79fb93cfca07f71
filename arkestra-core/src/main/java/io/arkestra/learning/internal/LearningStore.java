package io.arkestra.learning.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.concurrent.internal.Transactions;
import io.arkestra.learning.Learned;
import io.arkestra.learning.Learning;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps what feedback taught: per user the counts and what was chosen in each turn, and the sum of all users' verdicts, which names nobody.
 * What a user contributed to that sum is known exactly and goes with the user. Thread-safe.
 */
public final class LearningStore implements Learning {
    public static final CollectionSpec COLLECTION = CollectionSpec.builder("bandit")
            .field("turn", FieldType.STRING)
            .field("moment", FieldType.INSTANT)
            .orderedIndex("moment")
            .orderedIndex("turn")
            .check(LearningStore::check)
            .build();
    /** Subject of the choice among styles. */
    public static final String STYLE = "style";

    private static final String COUNTS = "counts";
    private static final String SHARED = "shared";
    private static final String GOOD = "good";
    private static final String BAD = "bad";
    private static final Duration KEPT = Duration.ofDays(30);
    private static final int RECENT = 20;

    private final DocStore store;
    private final LearningSettings settings;
    private final Bandit bandit;

    public LearningStore(DocStore store, LearningSettings settings) {
        this.store = store;
        this.settings = settings;
        this.bandit = new Bandit(settings);
        store.define(COLLECTION);
    }

    private static void check(Doc doc) {
        if (doc.id().equals(COUNTS)) {
            Counts.from(doc.body());
        } else {
            doc.body().text("turn");
            doc.body().text("moment");
            choices(doc);
        }
    }

    /**
     * Chooses how to answer a turn. Nothing is kept yet.
     *
     * @param situation what the turn is like
     * @param hinted whether there are hints at tools to be passed on
     */
    public Ways choose(UserId user, String situation, boolean hinted) {
        if (!settings.enabled()) {
            return Ways.NONE;
        }
        record Known(Counts own, Counts all) {}
        Known known = store.inTransaction(
                tx -> new Known(own(tx, Owner.of(user)).counts(), shared(tx).counts()));
        List<Bandit.Chosen> chosen = new ArrayList<>();
        Bandit.Chosen style = bandit.choose(STYLE, situation, settings.arms(), known.own(), known.all(), user.value());
        chosen.add(style);
        if (hinted) {
            chosen.add(bandit.choose(
                    ToolHints.SUBJECT, situation, ToolHints.arms(), known.own(), known.all(), user.value()));
        }
        return new Ways(chosen, settings.styles().getOrDefault(style.key().arm(), Map.of()));
    }

    /**
     * Keeps what was chosen for a turn, so that feedback finds it for 30 days.
     *
     * @param context what else belongs to the turn: intent, preset, tools used
     */
    public void keep(DocTransaction tx, UserId user, TurnId turn, Ways ways, Json context, Instant now) {
        Owner owner = Owner.of(user);
        if (tx.get(COLLECTION.name(), owner, id(turn)).isPresent()) {
            return;
        }
        Json body = Json.object()
                .put("turn", turn.value())
                .put("moment", now)
                .put("context", context)
                .put(
                        "choices",
                        Json.array(ways.chosen().stream()
                                .map(choice -> Json.object()
                                        .put("subject", choice.key().subject())
                                        .put("situation", choice.key().situation())
                                        .put("arm", choice.key().arm())
                                        .put("why", choice.why())
                                        .build())
                                .toList()))
                .build();
        tx.put(COLLECTION.name(), DocWrite.of(owner, id(turn), body).expiresAt(now.plus(KEPT)));
        if (!ways.chosen().isEmpty()) {
            Stored stored = own(tx, owner);
            Counts own = stored.counts();
            for (Bandit.Chosen choice : ways.chosen()) {
                own = own.chose(choice.key());
            }
            stored.write(tx, own);
        }
    }

    /** What belongs to a turn: intent, preset, tools used, and what was chosen for it. Empty when it is not known any more. */
    public Json context(DocTransaction tx, UserId user, TurnId turn) {
        return tx.get(COLLECTION.name(), Owner.of(user), id(turn))
                .map(doc -> doc.body()
                        .get("context")
                        .filter(Json::isObject)
                        .orElse(Json.emptyObject())
                        .with("choices", Json.array(doc.body().list("choices"))))
                .orElse(Json.emptyObject());
    }

    /** Takes a verdict on a turn. The same one again changes nothing, another one takes the place of the first. */
    public void judge(DocTransaction tx, UserId user, TurnId turn, boolean good) {
        Owner owner = Owner.of(user);
        Optional<Doc> found = tx.get(COLLECTION.name(), owner, id(turn));
        if (found.isEmpty()) {
            return;
        }
        Doc doc = found.get();
        Optional<String> before = doc.body().string("feedback");
        String verdict = good ? GOOD : BAD;
        if (before.filter(verdict::equals).isPresent()) {
            return;
        }
        Stored stored = own(tx, owner);
        Counts old = stored.counts();
        Counts own = old;
        for (Counts.Key key : choices(doc)) {
            own = before.isPresent() ? own.unjudged(key, before.get().equals(GOOD)) : own;
            own = own.judged(key, good);
        }
        tx.put(COLLECTION.name(), DocWrite.update(doc, doc.body().with("feedback", Json.of(verdict))));
        if (own != old) {
            stored.write(tx, own);
            Stored all = shared(tx);
            all.write(tx, all.counts().minus(old.shared()).plus(own.shared()));
        }
    }

    /** Lets the counts of an imported user take part in what everybody taught. */
    public void adopt(DocTransaction tx, Doc imported) {
        if (imported.id().equals(COUNTS)) {
            // Bounded as every user's counts are: one archive cannot spoil what others teach.
            Stored all = shared(tx);
            all.write(tx, all.counts().plus(Counts.from(imported.body()).shared()));
        }
    }

    @Override
    public Learned explain(UserId user) {
        return store.inTransaction(tx -> {
            Owner owner = Owner.of(user);
            Counts own = own(tx, owner).counts();
            Counts all = shared(tx).counts();
            List<Learned.Arm> arms = own.tallies().entrySet().stream()
                    .map(entry -> arm(entry.getKey(), entry.getValue(), bandit.belief(entry.getKey(), own, all)))
                    .toList();
            DocQuery latest = DocQuery.where(Filter.gte("moment", Instant.EPOCH))
                    .descending("moment")
                    .limit(RECENT);
            List<Learned.Choice> recent = tx.find(COLLECTION.name(), owner, latest).docs().stream()
                    .flatMap(doc -> recent(doc).stream())
                    .toList();
            return new Learned(arms, recent);
        });
    }

    private static Learned.Arm arm(Counts.Key key, Tally tally, Beta belief) {
        return new Learned.Arm(
                key.subject(),
                key.situation(),
                key.arm(),
                tally.chosen(),
                tally.good(),
                tally.bad(),
                belief.mean(),
                belief.quantile(0.025),
                belief.quantile(0.975));
    }

    private static List<Learned.Choice> recent(Doc doc) {
        return doc.body().list("choices").stream()
                .map(choice -> new Learned.Choice(
                        doc.body().text("turn"),
                        doc.body().instant("moment").orElse(Instant.EPOCH),
                        choice.text("subject"),
                        choice.text("situation"),
                        choice.text("arm"),
                        choice.text("why"),
                        doc.body().string("feedback").orElse("")))
                .toList();
    }

    @Override
    public void reset(UserId user) {
        withdraw(user);
        store.sync();
    }

    /** Takes away all that a user's feedback taught, also from what everybody taught. May run again. Returns how many records went. */
    public long withdraw(UserId user) {
        return Transactions.again(store, tx -> {
            Owner owner = Owner.of(user);
            Counts taught = own(tx, owner).counts().shared();
            if (!taught.tallies().isEmpty()) {
                Stored all = shared(tx);
                all.write(tx, all.counts().minus(taught));
            }
            long deleted = 0;
            int batch;
            do {
                batch = tx.deleteBatch(COLLECTION.name(), owner, Filter.all(), DocQuery.MAX_LIMIT);
                deleted += batch;
            } while (batch > 0);
            return deleted;
        });
    }

    private static String id(TurnId turn) {
        return "turn-" + turn.value();
    }

    private static List<Counts.Key> choices(Doc doc) {
        List<Counts.Key> keys = new ArrayList<>();
        for (Json choice : doc.body().list("choices")) {
            if (!choice.isObject()) {
                throw new InvalidInputException("a choice is not an object");
            }
            choice.text("why");
            keys.add(new Counts.Key(choice.text("subject"), choice.text("situation"), choice.text("arm")));
        }
        return keys;
    }

    private static Stored own(DocTransaction tx, Owner owner) {
        return Stored.read(tx, owner, COUNTS);
    }

    private static Stored shared(DocTransaction tx) {
        return Stored.read(tx, Owner.SYSTEM, SHARED);
    }

    /** Counts with the version that they were read at: what somebody else wrote meanwhile is never lost. */
    private record Stored(Owner owner, String id, long version, Counts counts) {
        static Stored read(DocTransaction tx, Owner owner, String id) {
            Optional<Doc> doc = tx.get(COLLECTION.name(), owner, id);
            return new Stored(
                    owner,
                    id,
                    doc.map(Doc::version).orElse(DocWrite.ABSENT),
                    doc.map(found -> Counts.from(found.body())).orElse(Counts.none()));
        }

        void write(DocTransaction tx, Counts changed) {
            Json body = Json.object().put("counts", changed.toJson()).build();
            tx.put(COLLECTION.name(), DocWrite.of(owner, id, body).expectVersion(version));
        }
    }
}
