package io.arkestra.neuro.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Json;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.concurrent.internal.Transactions;
import io.arkestra.event.Events;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.neuro.Neuro;
import io.arkestra.neuro.NeuroChange;
import io.arkestra.neuro.NeuroLevels;
import io.arkestra.neuro.NeuroUpdate;
import io.arkestra.neuro.Preset;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the levels of each user and how they were moved: one document for the present, one for each change. Thread-safe. */
public final class NeuroStore implements Neuro {
    public static final CollectionSpec COLLECTION = CollectionSpec.builder("neuro")
            .field("turn", FieldType.STRING)
            .field("moment", FieldType.INSTANT)
            .orderedIndex("moment")
            .orderedIndex("turn")
            .check(NeuroStore::check)
            .build();

    private static final Logger log = LoggerFactory.getLogger(NeuroStore.class);
    private static final String STATE = "state";
    private static final Filter CHANGES = Filter.gte("moment", Instant.EPOCH);
    private static final double NOTHING = 1e-6;

    private final DocStore store;
    private final EngineEventBus bus;
    private final Clock clock;
    private final NeuroProfile profile;
    private final NeuroDynamics dynamics;
    private final PresetMap presets;

    public NeuroStore(DocStore store, EngineEventBus bus, Clock clock, NeuroProfile profile) {
        this.store = store;
        this.bus = bus;
        this.clock = clock;
        this.profile = profile;
        this.dynamics = new NeuroDynamics(profile);
        this.presets = new PresetMap(profile);
        store.define(COLLECTION);
    }

    private static void check(Doc doc) {
        if (doc.id().equals(STATE)) {
            NeuroState.from(doc.body());
        } else {
            change(doc);
        }
    }

    /** Whether answers are made by the mood at all. */
    public boolean enabled() {
        return profile.enabled();
    }

    @Override
    public NeuroLevels base() {
        return profile.base(clock.instant());
    }

    @Override
    public NeuroLevels lowest() {
        return profile.levels(MediatorRange::min, clock.instant());
    }

    @Override
    public NeuroLevels highest() {
        return profile.levels(MediatorRange::max, clock.instant());
    }

    @Override
    public NeuroLevels levels(UserId user) {
        return feel(user, NeuroUpdate.none()).after();
    }

    @Override
    public Preset preset(UserId user) {
        return feel(user, NeuroUpdate.none()).preset();
    }

    /** The mood of now, moved by what a turn asks for. Nothing is kept yet. */
    public Felt feel(UserId user, NeuroUpdate asked) {
        Instant now = clock.instant();
        NeuroState state = store.inTransaction(tx -> state(tx, user, now));
        NeuroLevels before = dynamics.decayed(state.levels(), now);
        NeuroDynamics.Moved moved = dynamics.apply(before, asked, state.moved(now));
        return new Felt(before, asked, moved.applied(), moved.levels(), presets.preset(moved.levels()));
    }

    /**
     * Keeps what a turn moved, once. Other turns of the user may have moved the levels since it began: the limits hold over all of them.
     *
     * @return what was kept; empty when nothing moved
     */
    public Optional<NeuroChange> keep(DocTransaction tx, UserId user, TurnId turn, NeuroUpdate asked) {
        Instant now = clock.instant();
        NeuroState state = state(tx, user, now);
        if (asked.isEmpty() || state.turn().equals(turn.value())) {
            return Optional.empty();
        }
        NeuroLevels before = dynamics.decayed(state.levels(), now);
        NeuroDynamics.Moved moved = dynamics.apply(before, asked, state.moved(now));
        NeuroState next = new NeuroState(moved.levels(), state.movesAnd(moved.applied(), now), turn.value(), false);
        tx.put(COLLECTION.name(), DocWrite.of(Owner.of(user), STATE, next.toJson()));
        NeuroChange change =
                new NeuroChange(now, NeuroChange.Cause.TURN, turn.value(), asked, moved.applied(), moved.levels());
        keep(tx, user, turn.value(), change);
        return Optional.of(change);
    }

    /** Tells of a change that has been committed. */
    public void told(UserId user, NeuroChange change) {
        bus.publish(new Events.NeuroChanged(
                change.turn().isEmpty() ? bus.nextHeader(user) : bus.nextHeader(user, TurnId.of(change.turn())),
                change.cause(),
                change.asked(),
                change.applied(),
                change.after()));
    }

    @Override
    public List<NeuroChange> history(UserId user) {
        DocQuery latest = DocQuery.where(CHANGES).descending("moment").limit(profile.most());
        return store.inTransaction(tx -> tx.find(COLLECTION.name(), Owner.of(user), latest)).docs().stream()
                .map(NeuroStore::change)
                .toList();
    }

    @Override
    public void reset(UserId user) {
        bring(user, NeuroChange.Cause.RESET, 1);
        store.sync();
    }

    /**
     * Brings everybody's levels towards their base, as the profile says; those that nothing moved since the last time stay.
     *
     * @return how many users' levels were moved
     */
    public long sleep() {
        return store.owners().stream()
                .flatMap(owner -> owner.user().stream())
                .filter(this::rest)
                .count();
    }

    /** A mood that cannot be read does not keep others from their rest. */
    private boolean rest(UserId user) {
        try {
            return bring(user, NeuroChange.Cause.SLEEP, profile.sleepReset());
        } catch (ArkestraException e) {
            log.warn("The mood towards a user stays as it is, it cannot be brought to rest: {}", e.code());
            log.debug("The mood towards {} cannot be brought to rest", user, e);
            return false;
        }
    }

    private boolean bring(UserId user, NeuroChange.Cause cause, double share) {
        Optional<NeuroChange> change = Transactions.again(store, tx -> bring(tx, user, cause, share));
        change.ifPresent(done -> told(user, done));
        return change.isPresent();
    }

    private Optional<NeuroChange> bring(DocTransaction tx, UserId user, NeuroChange.Cause cause, double share) {
        Optional<Doc> doc = tx.get(COLLECTION.name(), Owner.of(user), STATE);
        if (doc.isEmpty()) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        NeuroState state = NeuroState.from(doc.get().body());
        NeuroDynamics.Moved moved = dynamics.towardsBase(dynamics.decayed(state.levels(), now), share);
        boolean still = moved.applied().changes().values().stream().allMatch(by -> Math.abs(by) < NOTHING);
        if (still || cause == NeuroChange.Cause.SLEEP && state.rested()) {
            return Optional.empty();
        }
        NeuroState next = new NeuroState(moved.levels(), state.moves(), state.turn(), true);
        tx.put(COLLECTION.name(), DocWrite.update(doc.get(), next.toJson()));
        NeuroChange change = new NeuroChange(now, cause, "", NeuroUpdate.none(), moved.applied(), moved.levels());
        keep(tx, user, cause.name().toLowerCase(java.util.Locale.ROOT) + "-" + UUID.randomUUID(), change);
        return Optional.of(change);
    }

    private NeuroState state(DocTransaction tx, UserId user, Instant now) {
        return tx.get(COLLECTION.name(), Owner.of(user), STATE)
                .map(doc -> NeuroState.from(doc.body()))
                .orElseGet(() -> new NeuroState(profile.base(now), List.of(), "", true));
    }

    private void keep(DocTransaction tx, UserId user, String id, NeuroChange change) {
        Owner owner = Owner.of(user);
        long tooMany = tx.count(COLLECTION.name(), owner, CHANGES) + 1 - profile.most();
        if (tooMany > 0) {
            DocQuery oldest =
                    DocQuery.where(CHANGES).ascending("moment").limit((int) Math.min(tooMany, DocQuery.MAX_LIMIT));
            tx.find(COLLECTION.name(), owner, oldest)
                    .docs()
                    .forEach(doc -> tx.delete(COLLECTION.name(), owner, doc.id()));
        }
        tx.put(
                COLLECTION.name(),
                DocWrite.of(owner, "change-" + id, json(change))
                        .expiresAt(change.at().plus(profile.kept())));
    }

    private static Json json(NeuroChange change) {
        Json.ObjectBuilder json = Json.object()
                .put("moment", change.at())
                .put("cause", change.cause().name())
                .put("asked", change.asked().toJson())
                .put("applied", change.applied().toJson())
                .put("levels", change.after().toJson());
        return change.turn().isEmpty()
                ? json.build()
                : json.put("turn", change.turn()).build();
    }

    private static NeuroChange change(Doc doc) {
        Json body = doc.body();
        body.text("moment");
        Instant at = body.instant("moment").orElse(Instant.EPOCH);
        return new NeuroChange(
                at,
                NeuroChange.Cause.valueOf(body.text("cause")),
                body.string("turn").orElse(""),
                NeuroUpdate.from(NeuroState.member(body, "asked")),
                NeuroUpdate.from(NeuroState.member(body, "applied")),
                NeuroLevels.from(NeuroState.member(body, "levels"), at));
    }
}
