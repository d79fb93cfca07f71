package io.arkestra.approval.internal;

import io.arkestra.common.Json;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.concurrent.internal.Transactions;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Grant;
import io.arkestra.policy.Remember;
import io.arkestra.policy.Risk;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import io.arkestra.tool.Target;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Approvals that are remembered. One holds for the same tool as it was defined then, the same bound values, the same user and where it says so
 * the same session, and only for what was asked about: a rule that asks now and did not then, a higher risk, or a rule that lets nothing be
 * remembered asks again. Thread-safe.
 */
final class Grants {
    /** Derived: an archive of another home cannot bring approvals. */
    static final CollectionSpec COLLECTION = CollectionSpec.builder("grants")
            .field("tool", FieldType.STRING)
            .orderedIndex("tool")
            .derived()
            .check(doc -> grant(doc))
            .build();

    private static final String ARGUMENTS = "args";
    private static final Set<String> TARGETS =
            Set.of(Target.PATH, Target.CWD, Target.DOMAIN, Target.RECIPIENT, Target.PORT, Target.METHOD, Target.URL);

    private final DocStore store;

    Grants(DocStore store) {
        this.store = store;
        store.define(COLLECTION);
    }

    /** Remembers an agreement as far as the decision lets it, and no further than the person was shown; empty when that is not at all. */
    Optional<Grant> remember(Question question, Action action, Decision decision, Instant now) {
        Optional<Remember> how = rememberable(decision);
        Optional<Json> bound = bound(action, decision);
        // Rules may be others by the time of the answer.
        if (bound.isEmpty()
                || !question.remember().equals(how)
                || !question.bound().equals(bound)) {
            return Optional.empty();
        }
        Remember remember = how.orElseThrow();
        Instant expiresAt = now.plus(remember.max());
        Json.ObjectBuilder body = Json.object()
                .put("tool", question.tool())
                .put("definition", question.definition())
                .put("bind", Json.strings(remember.bind()))
                .put("bound", bound.get())
                .put("rules", Json.strings(decision.rules()))
                .put("level", decision.risk().level().name())
                .put("granted_at", now)
                .put("expires_at", expiresAt)
                .put("uses", 0);
        if (remember.scope() == Remember.Scope.SESSION) {
            body.put("session", question.session().value());
        }
        DocWrite write = DocWrite.of(Owner.of(question.user()), question.id(), body.build())
                .expiresAt(expiresAt);
        return Optional.of(grant(store.inTransaction(tx -> tx.put(COLLECTION.name(), write))));
    }

    /** What a remembered agreement to this would bind; empty when none can be remembered. */
    static Optional<Json> bound(Action action, Decision decision) {
        return rememberable(decision).flatMap(remember -> bound(remember.bind(), action));
    }

    /** How far an agreement to this may be remembered. */
    static Optional<Remember> rememberable(Decision decision) {
        return decision.obligations().contains(Decision.NO_REMEMBER) ? Optional.empty() : decision.remember();
    }

    /** The remembered approval that covers a call, counted as used. */
    Optional<Grant> use(
            UserId user,
            Optional<SessionId> session,
            Action action,
            String definition,
            Decision decision,
            Instant now) {
        Optional<Remember> how = rememberable(decision);
        if (how.isEmpty()) {
            return Optional.empty();
        }
        DocQuery query = DocQuery.where(Filter.eq("tool", action.name())).limit(DocQuery.MAX_LIMIT);
        return Transactions.again(
                store,
                tx -> tx.find(COLLECTION.name(), Owner.of(user), query).docs().stream()
                        .filter(doc -> covers(doc, session, action, definition, decision, how.get(), now))
                        .findFirst()
                        .map(doc -> grant(tx.put(
                                COLLECTION.name(),
                                DocWrite.update(
                                        doc,
                                        doc.body()
                                                .with(
                                                        "uses",
                                                        Json.of(doc.body()
                                                                        .integer("uses")
                                                                        .orElse(0L)
                                                                + 1)))))));
    }

    private static boolean covers(
            Doc doc,
            Optional<SessionId> session,
            Action action,
            String definition,
            Decision decision,
            Remember now,
            Instant at) {
        Json body = doc.body();
        List<String> bind = texts(body, "bind");
        boolean here = body.string("session")
                .map(wanted -> session.filter(current -> current.value().equals(wanted))
                        .isPresent())
                .orElse(now.scope() == Remember.Scope.USER);
        return here
                && body.text("definition").equals(definition)
                && body.instant("expires_at").filter(at::isBefore).isPresent()
                && texts(body, "rules").containsAll(decision.rules())
                && Risk.Level.valueOf(body.text("level"))
                                .compareTo(decision.risk().level())
                        >= 0
                && bind.containsAll(now.bind())
                && bound(bind, action).equals(body.get("bound"));
    }

    private static List<String> texts(Json body, String name) {
        return body.list(name).stream().map(Json::asString).toList();
    }

    /** The values that must be the same; empty when the names ask for something that a call does not have. */
    private static Optional<Json> bound(List<String> bind, Action action) {
        Json.ObjectBuilder bound = Json.object();
        for (String name : bind) {
            Optional<Json> value = bound(name, action);
            if (value.isEmpty()) {
                return Optional.empty();
            }
            bound.put(name, value.get());
        }
        return Optional.of(bound.build());
    }

    private static Optional<Json> bound(String name, Action action) {
        if (name.equals("tool")) {
            return Optional.of(Json.of(action.name()));
        }
        if (name.equals(ARGUMENTS)) {
            return Optional.of(action.arguments());
        }
        if (name.startsWith(ARGUMENTS + ".")) {
            Json at = action.arguments();
            for (String part : name.substring(ARGUMENTS.length() + 1).split("\\.")) {
                if (!at.isObject()) {
                    return Optional.empty();
                }
                Optional<Json> next = at.get(part);
                if (next.isEmpty()) {
                    // That it was left out is bound too.
                    return Optional.of(Json.NULL);
                }
                at = next.get();
            }
            return Optional.of(at);
        }
        if (TARGETS.contains(name)) {
            Set<String> values = new TreeSet<>();
            action.targets().stream()
                    .filter(target -> target.kind().equals(name))
                    .forEach(target -> values.add(target.value()));
            return values.isEmpty() ? Optional.empty() : Optional.of(Json.strings(values));
        }
        return Optional.empty();
    }

    /** The newest first. */
    List<Grant> all(UserId user, Instant now) {
        DocQuery query = DocQuery.all().descending(CollectionSpec.FIELD_CREATED).limit(DocQuery.MAX_LIMIT);
        return store.inTransaction(tx -> tx.find(COLLECTION.name(), Owner.of(user), query)).docs().stream()
                .map(Grants::grant)
                .filter(grant -> grant.expiresAt().isAfter(now))
                .toList();
    }

    boolean revoke(UserId user, String id) {
        if (id.isEmpty() || id.length() > 200) {
            return false;
        }
        boolean gone = store.inTransaction(tx -> tx.delete(COLLECTION.name(), Owner.of(user), id));
        store.sync();
        return gone;
    }

    private static Grant grant(Doc doc) {
        Json body = doc.body();
        return new Grant(
                doc.id(),
                doc.owner().user().orElseThrow(),
                body.string("session").map(SessionId::of).orElse(null),
                body.text("tool"),
                body.text("definition"),
                body.get("bound").orElse(Json.emptyObject()),
                body.instant("granted_at").orElse(doc.createdAt()),
                body.instant("expires_at").orElse(doc.createdAt()),
                body.integer("uses").orElse(0L));
    }
}
