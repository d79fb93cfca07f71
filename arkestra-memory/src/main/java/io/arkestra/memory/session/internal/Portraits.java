package io.arkestra.memory.session.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.Statement;
import io.arkestra.memory.UserState;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The portrait of a user. What is stored are ids and places; the words are read from memories and messages when somebody asks, so
 * what was forgotten or replaced is gone from the portrait at once.
 */
final class Portraits {
    static final CollectionSpec SPEC =
            CollectionSpec.builder("user_state").check(Portraits::check).build();

    private static final String NAME = SPEC.name();
    private static final String ID = "current";
    private static final int MOST = 5;
    private static final int FACTS = 500;
    private static final int SESSIONS = 10;
    private static final int LONGEST = 300;
    /** Longer ago than this, what was left open is not brought up again. */
    private static final Duration STALE = Duration.ofDays(21);
    /** A mood is one of these days, not a trait. */
    private static final Duration MOOD = Duration.ofDays(7);

    private final Memories memories;

    Portraits(Memories memories) {
        this.memories = memories;
    }

    private static void check(Doc doc) {
        Json body = doc.body();
        body.text("summary");
        body.instant("at");
        for (String ids : List.of("goals", "moods", "preferences")) {
            body.list(ids).forEach(Json::asString);
        }
        body.list("pending").forEach(Excerpt::from);
    }

    /** Makes the portrait anew. Returns whether it changed. */
    boolean renew(DocTransaction transaction, Owner owner, Instant now) {
        List<SessionMark> recent = transaction
                .find(
                        SessionMark.COLLECTION,
                        owner,
                        DocQuery.all().descending("last_at").limit(SESSIONS))
                .docs()
                .stream()
                .map(SessionMark::from)
                .toList();
        List<MemoryRecord> facts = memories.currentFacts(transaction, owner, FACTS);
        List<Json> pending = recent.stream()
                .filter(mark -> mark.lastAt().isAfter(now.minus(STALE)))
                .sorted(java.util.Comparator.comparing(SessionMark::lastAt))
                .flatMap(mark -> mark.pending().stream())
                .map(Excerpt::toJson)
                .toList();
        Json body = Json.object()
                .put(
                        "summary",
                        recent.stream()
                                .flatMap(mark -> mark.summaryId().stream())
                                .findFirst()
                                .orElse(""))
                .put("goals", ids(facts, record -> kind(record, Statement.Kind.GOAL)))
                .put(
                        "moods",
                        ids(
                                facts,
                                record -> kind(record, Statement.Kind.STATE)
                                        && record.at().isAfter(now.minus(MOOD))))
                .put("preferences", preferences(facts))
                .put("pending", Json.array(pending.subList(Math.max(0, pending.size() - MOST), pending.size())))
                .build();
        Optional<Doc> known = transaction.get(NAME, owner, ID);
        if (known.isPresent() ? known.get().body().without("at").equals(body) : isEmpty(body)) {
            return false;
        }
        Json dated = body.with("at", Json.of(now.toString()));
        transaction.put(
                NAME,
                known.map(doc -> DocWrite.update(doc, dated))
                        .orElseGet(() -> DocWrite.of(owner, ID, dated).expectVersion(DocWrite.ABSENT)));
        return true;
    }

    private static boolean isEmpty(Json body) {
        return body.text("summary").isEmpty()
                && body.list("goals").isEmpty()
                && body.list("moods").isEmpty()
                && body.list("preferences").isEmpty()
                && body.list("pending").isEmpty();
    }

    /** How to answer comes first, so that what the user likes besides never crowds it out. */
    private static Json preferences(List<MemoryRecord> facts) {
        Predicate<MemoryRecord> wished = record -> kind(record, Statement.Kind.INSTRUCTION)
                || record.statement()
                        .filter(said -> said.attribute().startsWith("answer.")
                                || said.attribute().startsWith("contact."))
                        .isPresent();
        Predicate<MemoryRecord> liked = record -> kind(record, Statement.Kind.PREFERENCE);
        List<Json> ids = new ArrayList<>(ids(facts, wished).items());
        ids.addAll(ids(facts, liked.and(wished.negate())).items());
        return Json.array(ids);
    }

    private static Json ids(List<MemoryRecord> facts, Predicate<MemoryRecord> which) {
        return Json.strings(
                facts.stream().filter(which).limit(MOST).map(MemoryRecord::id).toList());
    }

    private static boolean kind(MemoryRecord record, Statement.Kind kind) {
        return record.statement().filter(said -> said.kind() == kind).isPresent();
    }

    UserState read(DocTransaction transaction, Owner owner) {
        Optional<Doc> known = transaction.get(NAME, owner, ID);
        if (known.isEmpty()) {
            return UserState.empty();
        }
        Json body = known.get().body();
        Set<Taint> taints = new TreeSet<>();
        String summary = body.text("summary").isEmpty()
                ? ""
                : memories.find(transaction, owner, body.text("summary"))
                        .map(record -> seen(record, taints))
                        .map(MemoryRecord::text)
                        .orElse("");
        return UserState.of(
                        summary,
                        texts(transaction, owner, body.list("goals"), taints),
                        texts(transaction, owner, body.list("moods"), taints),
                        texts(transaction, owner, body.list("preferences"), taints),
                        pending(transaction, owner, body.list("pending"), taints),
                        body.instant("at"))
                .tainted(taints);
    }

    private static MemoryRecord seen(MemoryRecord record, Set<Taint> taints) {
        taints.addAll(record.taints());
        return record;
    }

    private List<String> texts(DocTransaction transaction, Owner owner, List<Json> ids, Set<Taint> taints) {
        return ids.stream()
                .flatMap(id -> memories.find(transaction, owner, id.asString()).stream())
                .filter(MemoryRecord::isCurrent)
                .map(record -> shorten(seen(record, taints).text()))
                .toList();
    }

    private static List<String> pending(DocTransaction transaction, Owner owner, List<Json> places, Set<Taint> taints) {
        List<String> items = new ArrayList<>();
        for (Json place : places) {
            Excerpt excerpt = Excerpt.from(place);
            transaction.get(Message.COLLECTION.name(), owner, excerpt.message()).ifPresent(doc -> {
                String words = excerpt.in(doc.body().text("text"));
                if (!words.isBlank()) {
                    items.add(shorten(words));
                    taints.addAll(Message.from(doc).taints());
                }
            });
        }
        return items.stream().distinct().toList();
    }

    private static String shorten(String text) {
        String line = text.strip().replaceAll("\\s*\\R\\s*", " ");
        if (line.length() <= LONGEST) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return line.substring(0, end) + "…";
    }
}
