package io.arkestra.provenance.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.common.UserId;
import io.arkestra.concurrent.internal.Transactions;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocPage;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import io.arkestra.tool.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Which files and directories hold words of untrusted sources, because a call wrote them that a model asked for after it had seen such words.
 * Files are everybody's who uses the same home, so a mark holds for all users; which sources it were only those learn for whom it was
 * written, and it is forgotten with them, while the mark stays. A mark is never taken off by what happens outside: a file that somebody
 * changed there may hold the same words still. Thread-safe.
 */
public final class TaintMarks {
    /** The kind of taint of what is read from a marked file. */
    public static final String KIND = "file.tainted";

    /** One document for each file, directory or content, of the system. */
    public static final CollectionSpec MARKS = CollectionSpec.builder("taint_marks")
            .field("key", FieldType.STRING)
            .field("live", FieldType.BOOLEAN)
            .field("holder", FieldType.STRING)
            .orderedIndex("key")
            .orderedIndex("live", "key")
            .orderedIndex("holder")
            .check(doc -> doc.body().text("key"))
            .derived()
            .build();

    /** By id of the mark, which sources it were: the user's own. Files of this machine, so nobody takes them elsewhere. */
    public static final CollectionSpec SOURCES =
            CollectionSpec.builder("taint_sources").derived().build();

    /** Instead of a call: what was written is not taken back with one. */
    static final String NO_CALL = "";

    /** Which calls have a say in which marks. */
    private static final CollectionSpec CALLS = CollectionSpec.builder("taint_calls")
            .field("call", FieldType.STRING)
            .orderedIndex("call")
            .check(doc -> doc.body().text("mark"))
            .derived()
            .build();

    private static final int MOST_FOUND = 200;
    private static final int MOST_SOURCES = 64;

    private final DocStore store;
    private final int page;

    public TaintMarks(DocStore store) {
        this(store, DocQuery.MAX_LIMIT);
    }

    /** @param page how many of the marks of a call are read at once */
    TaintMarks(DocStore store, int page) {
        this.store = store;
        this.page = page;
        store.define(MARKS);
        store.define(SOURCES);
        store.define(CALLS);
    }

    /**
     * What is known about the words in something.
     *
     * @param targets places, with all that is below them and the directories that they are in, and contents
     * @param since what was written anew after this still counts with its former words: they may have been read
     */
    public Set<Taint> of(UserId user, Collection<Target> targets, Instant since) {
        List<Target> kept = targets.stream()
                .filter(target -> ResourceKey.of(target).isPresent())
                .distinct()
                .toList();
        if (kept.isEmpty()) {
            return Set.of();
        }
        return store.inTransaction(tx -> {
            Set<Taint> found = new TreeSet<>();
            for (Target target : kept) {
                String named = target.kind().equals(Target.CONTENT) ? "" : target.value();
                boolean ever = target.kind().equals(Target.HISTORY);
                List<Doc> marks = around(tx, ResourceKey.of(target).orElseThrow(), ever, since);
                if (marks.size() >= MOST_FOUND) {
                    found.add(Taint.of(KIND, named)); // one of those that were not looked at may say so
                }
                for (Doc mark : marks) {
                    Set<Taint> sources = sources(tx, user, mark.id());
                    if (hasWords(mark)) {
                        found.add(Taint.of(KIND, named));
                    } else if (sources.isEmpty()) {
                        sources = Quarantined.values(sources);
                    }
                    found.addAll(sources);
                }
            }
            if (found.stream()
                    .anyMatch(taint -> taint.isA(KIND) && !taint.origin().isEmpty())) {
                found.remove(Taint.of(KIND, "")); // the file says more than its content
            }
            return found;
        });
    }

    private static List<Doc> around(DocTransaction tx, ResourceKey key, boolean ever, Instant since) {
        List<Doc> marks = new ArrayList<>();
        for (ResourceKey each : key.upwards()) {
            mark(tx, each)
                    .filter(mark -> ever || isLive(mark) || mark.updatedAt().isAfter(since))
                    .ifPresent(marks::add);
        }
        if (key.isPlace()) {
            marks.addAll(below(tx, key, ever ? Filter.all() : Filter.eq("live", true), MOST_FOUND));
            if (!ever && since.isBefore(Instant.MAX)) {
                below(tx, key, Filter.eq("live", false), DocQuery.MAX_LIMIT).stream()
                        .filter(mark -> mark.updatedAt().isAfter(since))
                        .forEach(marks::add);
            }
        }
        return marks;
    }

    private static Optional<Doc> mark(DocTransaction tx, ResourceKey key) {
        return tx.get(MARKS.name(), Owner.SYSTEM, key.id());
    }

    private static boolean isLive(Doc mark) {
        return mark.body().bool("live").orElse(true);
    }

    private static boolean hasWords(Doc mark) {
        return mark.body().bool("words").orElse(true);
    }

    private static List<Doc> below(DocTransaction tx, ResourceKey key, Filter which, int most) {
        Filter range = Filter.and(which, Filter.gt("key", key.text()), Filter.lt("key", key.end()));
        return tx.find(MARKS.name(), Owner.SYSTEM, DocQuery.where(range).limit(most))
                .docs();
    }

    private static Set<Taint> sources(DocTransaction tx, UserId user, String mark) {
        Set<Taint> sources = new TreeSet<>();
        tx.get(SOURCES.name(), Owner.of(user), mark)
                .ifPresent(doc -> doc.body()
                        .list("taint")
                        .forEach(source -> sources.add(
                                source.isString() ? Taint.parse(source.asString()) : Taint.of("unknown", ""))));
        return sources;
    }

    /**
     * Marks something.
     *
     * @param call by which it got the words
     * @param holder the place whose content it is; the same as the key for places
     */
    void put(DocTransaction tx, UserId user, String call, ResourceKey key, ResourceKey holder, Set<Taint> taints) {
        // Values that were read in quarantine make no words of a stranger of the file that they are in.
        boolean words = taints.isEmpty() || !taints.stream().allMatch(Quarantined::isValue);
        put(tx, user, call, key, holder, taints, words);
    }

    private static void put(
            DocTransaction tx,
            UserId user,
            String call,
            ResourceKey key,
            ResourceKey holder,
            Set<Taint> taints,
            boolean words) {
        Optional<Doc> known = mark(tx, key)
                .map(mark -> words && !hasWords(mark)
                        ? tx.put(MARKS.name(), DocWrite.update(mark, mark.body().with("words", Json.TRUE)))
                        : mark);
        if (known.isEmpty()) {
            Json body = Json.object()
                    .put("key", key.text())
                    .put("holder", holder.text())
                    .put("words", words)
                    .build();
            tx.put(
                    MARKS.name(),
                    DocWrite.of(
                            Owner.SYSTEM,
                            key.id(),
                            MarkSigns.NONE.with(call, true).in(body)));
            linked(tx, call, key.id());
        } else {
            turned(tx, known.get(), true, call);
        }
        Set<Taint> all = sources(tx, user, key.id());
        if (all.size() < MOST_SOURCES && all.addAll(taints)) {
            Json body = Json.object()
                    .put(
                            "taint",
                            Json.strings(all.stream()
                                    .limit(MOST_SOURCES)
                                    .map(Taint::toString)
                                    .toList()))
                    .build();
            tx.put(SOURCES.name(), DocWrite.of(Owner.of(user), key.id(), body));
        }
    }

    /** A mark begins or ceases to hold, because of a call or of a person who vouches. */
    private static void turned(DocTransaction tx, Doc mark, boolean live, String call) {
        MarkSigns signs = MarkSigns.of(mark.body());
        MarkSigns after = signs.with(call, live);
        if (!after.equals(signs)) {
            tx.put(MARKS.name(), DocWrite.update(mark, after.in(mark.body())));
            linked(tx, call, mark.id());
        }
    }

    private static void linked(DocTransaction tx, String call, String mark) {
        if (!call.equals(NO_CALL)) {
            String id = new ResourceKey(call + "\n" + mark).id();
            Json body = Json.object().put("call", call).put("mark", mark).build();
            if (tx.get(CALLS.name(), Owner.SYSTEM, id).isEmpty()) {
                tx.put(CALLS.name(), DocWrite.of(Owner.SYSTEM, id, body));
            }
        }
    }

    /** Marks a second place as a first one is, with what is below it. */
    void copy(DocTransaction tx, UserId user, String call, Target from, Target to) {
        ResourceKey source = ResourceKey.of(from).orElseThrow();
        ResourceKey goal = ResourceKey.of(to).orElseThrow();
        for (ResourceKey above : source.upwards()) {
            mark(tx, above)
                    .filter(TaintMarks::isLive)
                    .ifPresent(mark -> copy(tx, user, call, mark, goal, goal.isPlace() ? goal : source));
        }
        if (source.isPlace() && goal.isPlace()) {
            List<Doc> marks = below(tx, source, Filter.eq("live", true), DocQuery.MAX_LIMIT);
            if (marks.size() >= DocQuery.MAX_LIMIT) {
                put(tx, user, call, goal, goal, Set.of()); // one of the rest may be of any file in it
            }
            for (Doc mark : marks) {
                ResourceKey there = new ResourceKey(mark.body().text("key")).moved(source, goal);
                copy(tx, user, call, mark, there, there);
            }
        }
    }

    /** Whether there are words in it the mark knows; of the sources only this user's are known. */
    private static void copy(
            DocTransaction tx, UserId user, String call, Doc mark, ResourceKey goal, ResourceKey holder) {
        put(tx, user, call, goal, holder, sources(tx, user, mark.id()), hasWords(mark));
    }

    /** What was there is not there any more. */
    void cleared(DocTransaction tx, String call, Target target, boolean andBelow) {
        ResourceKey key = ResourceKey.of(target).orElseThrow();
        List<Doc> marks = new ArrayList<>();
        mark(tx, key).filter(TaintMarks::isLive).ifPresent(marks::add);
        if (andBelow) {
            marks.addAll(below(tx, key, Filter.eq("live", true), DocQuery.MAX_LIMIT));
        }
        marks.forEach(mark -> turned(tx, mark, false, call));
    }

    /** A call is about to be taken back: what it took away may be there again any moment. */
    public void reviving(DocTransaction tx, String call) {
        ofCall(tx, call).forEach(link -> said(tx, link, signs -> signs.reviving(call)));
    }

    /** A call was not taken back, and nobody tries any more: marks are as they were before somebody tried. */
    public void stayed(DocTransaction tx, String call) {
        ofCall(tx, call).forEach(link -> said(tx, link, signs -> signs.stayed(call)));
    }

    /** A call was taken back, or was not made after all: marks are as they were before it. What it wrote may still be copied somewhere. */
    public void undone(DocTransaction tx, String call) {
        for (Doc link : ofCall(tx, call)) {
            said(tx, link, signs -> signs.without(call));
            tx.delete(CALLS.name(), Owner.SYSTEM, link.id());
        }
    }

    /** All in which a call has a say, however many pages these are. */
    private List<Doc> ofCall(DocTransaction tx, String call) {
        DocQuery query = DocQuery.where(Filter.eq("call", call)).limit(page);
        List<Doc> links = new ArrayList<>();
        Optional<String> next;
        do {
            DocPage found = tx.find(CALLS.name(), Owner.SYSTEM, query);
            links.addAll(found.docs());
            next = found.next();
            query = next.map(query::after).orElse(query);
        } while (next.isPresent());
        return links;
    }

    private static void said(DocTransaction tx, Doc link, UnaryOperator<MarkSigns> change) {
        Optional<Doc> known = tx.get(MARKS.name(), Owner.SYSTEM, link.body().text("mark"));
        if (known.isPresent() && new ResourceKey(known.get().body().text("key")).isPlace()) {
            Doc mark = known.get();
            MarkSigns signs = MarkSigns.of(mark.body());
            MarkSigns after = change.apply(signs);
            if (!after.equals(signs)) {
                tx.put(MARKS.name(), DocWrite.update(mark, after.in(mark.body())));
            }
        }
    }

    /**
     * A person vouches for what is in a file or directory now: marks of it, of what is below it, and of what it held are taken off.
     *
     * @return how many
     */
    public int vouched(String path) {
        ResourceKey key = ResourceKey.place(path);
        return Transactions.again(store, tx -> {
            List<Doc> marks = new ArrayList<>();
            mark(tx, key).filter(TaintMarks::isLive).ifPresent(marks::add);
            marks.addAll(below(tx, key, Filter.eq("live", true), DocQuery.MAX_LIMIT));
            Filter held = Filter.and(
                    Filter.eq("live", true), Filter.gte("holder", key.text()), Filter.lt("holder", key.end()));
            tx.find(MARKS.name(), Owner.SYSTEM, DocQuery.where(held).limit(DocQuery.MAX_LIMIT)).docs().stream()
                    .filter(mark -> marks.stream().noneMatch(other -> other.id().equals(mark.id())))
                    .forEach(marks::add);
            marks.forEach(mark -> turned(tx, mark, false, NO_CALL));
            return marks.size();
        });
    }
}
