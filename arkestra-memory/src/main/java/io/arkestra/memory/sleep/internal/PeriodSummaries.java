package io.arkestra.memory.sleep.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.session.internal.Memories;
import io.arkestra.memory.session.internal.SessionLife;
import io.arkestra.memory.session.internal.SessionMark;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Sums up days from their conversations and weeks from their days, once these are over. A day with one conversation needs no summary
 * of its own: it would say the same.
 */
public final class PeriodSummaries {
    private static final CollectionSpec SPEC = CollectionSpec.builder("session_periods")
            .field("week", FieldType.STRING)
            .field("digested", FieldType.BOOLEAN)
            .orderedIndex("digested", "week")
            .orderedIndex("week")
            .check(doc -> {
                doc.body().text("summary");
                doc.body().bool("own");
            })
            .build();
    private static final String NAME = SPEC.name();
    private static final int MOST = 1_000;
    private static final int DAY_LINES = 7;
    private static final int WEEK_LINES = 10;

    private final DocStore store;
    private final Memories memories;
    private final SessionLife sessions;
    private final ZoneId zone;

    public PeriodSummaries(DocStore store, Memories memories, SessionLife sessions, ZoneId zone) {
        this.store = store;
        this.memories = memories;
        this.sessions = sessions;
        this.zone = zone;
        store.define(SPEC);
    }

    /** Sums up days. */
    public SleepStep days() {
        return step("summarise-days", this::days);
    }

    /** Sums up weeks. */
    public SleepStep weeks() {
        return step("summarise-weeks", this::weeks);
    }

    private interface Work {
        long run(UserId user, SleepRun run);
    }

    private static SleepStep step(String name, Work work) {
        return new SleepStep() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public long run(UserId user, SleepRun run) {
                return work.run(user, run);
            }
        };
    }

    private LocalDate today() {
        return store.now().atZone(zone).toLocalDate();
    }

    private long days(UserId user, SleepRun run) {
        Owner owner = Owner.of(user);
        Filter left =
                Filter.and(Filter.eq("digested", false), Filter.gt("day", ""), Filter.lt("day", today().toString()));
        Set<String> days = new TreeSet<>();
        store.inTransaction(tx -> tx.find(
                        SessionMark.COLLECTION, owner, DocQuery.where(left).limit(DocQuery.MAX_LIMIT)))
                .docs()
                .forEach(doc -> days.add(doc.body().text("day")));
        long made = 0;
        for (String day : days) {
            run.checkpoint();
            Optional<MemoryRecord> summary = store.inTransaction(tx -> day(tx, user, day));
            if (summary.isPresent()) {
                made++;
                run.did("summaries", summary.get().id(), "day " + day);
            }
        }
        return made;
    }

    private Optional<MemoryRecord> day(DocTransaction tx, UserId user, String day) {
        Owner owner = Owner.of(user);
        List<Doc> marks = tx.find(
                        SessionMark.COLLECTION,
                        owner,
                        DocQuery.where(Filter.eq("day", day))
                                .ascending("last_at")
                                .limit(MOST))
                .docs();
        List<MemoryRecord> parts = new ArrayList<>();
        for (Doc doc : marks) {
            SessionMark mark = SessionMark.from(doc);
            mark.summaryId().flatMap(id -> memories.find(tx, owner, id)).ifPresent(parts::add);
            if (!mark.digested()) {
                tx.put(
                        SessionMark.COLLECTION,
                        DocWrite.update(doc, mark.withDigested().toJson()));
            }
        }
        Instant at = parts.isEmpty() ? store.now() : parts.get(parts.size() - 1).at();
        return summed(tx, user, "day:" + day, week(LocalDate.parse(day)), parts, DAY_LINES, at);
    }

    private long weeks(UserId user, SleepRun run) {
        Owner owner = Owner.of(user);
        Filter left = Filter.and(Filter.eq("digested", false), Filter.lt("week", week(today())));
        Set<String> weeks = new TreeSet<>();
        store.inTransaction(tx -> tx.find(NAME, owner, DocQuery.where(left).limit(DocQuery.MAX_LIMIT)))
                .docs()
                .forEach(doc -> weeks.add(doc.body().text("week")));
        long made = 0;
        for (String week : weeks) {
            run.checkpoint();
            Optional<MemoryRecord> summary = store.inTransaction(tx -> week(tx, user, week));
            if (summary.isPresent()) {
                made++;
                run.did("summaries", summary.get().id(), "week " + week);
            }
        }
        return made;
    }

    private Optional<MemoryRecord> week(DocTransaction tx, UserId user, String week) {
        Owner owner = Owner.of(user);
        List<MemoryRecord> parts = new ArrayList<>();
        for (Doc doc : tx.find(
                        NAME,
                        owner,
                        DocQuery.where(Filter.eq("week", week))
                                .ascending(CollectionSpec.FIELD_ID)
                                .limit(MOST))
                .docs()) {
            if (!doc.id().startsWith("day:")) {
                continue;
            }
            memories.find(tx, owner, doc.body().text("summary")).ifPresent(parts::add);
            if (!doc.body().bool("digested").orElse(false)) {
                tx.put(NAME, DocWrite.update(doc, doc.body().with("digested", Json.TRUE)));
            }
        }
        Instant at = parts.isEmpty() ? store.now() : parts.get(parts.size() - 1).at();
        return summed(tx, user, "week:" + week, "", parts, WEEK_LINES, at);
    }

    /** Writes the summary of the parts and where it is; of a single part that part is the summary. Empty when nothing new was made. */
    private Optional<MemoryRecord> summed(
            DocTransaction tx, UserId user, String id, String week, List<MemoryRecord> parts, int limit, Instant at) {
        Owner owner = Owner.of(user);
        Optional<Doc> known = tx.get(NAME, owner, id);
        Optional<MemoryRecord> old = known.filter(doc -> doc.body().bool("own").orElse(false))
                .flatMap(doc -> memories.find(tx, owner, doc.body().text("summary")));
        Optional<MemoryRecord> made = Optional.empty();
        String summary = parts.isEmpty() ? "" : parts.get(0).id();
        boolean own = parts.size() > 1;
        if (own) {
            String text = String.join("\n", sessions.summaries().of(lines(parts), limit));
            if (text.isBlank()) {
                text = parts.get(0).text();
            }
            if (old.isPresent() && old.get().text().equals(text) && carries(old.get(), parts)) {
                summary = old.get().id();
            } else {
                Set<String> sources = new LinkedHashSet<>();
                Set<String> taint = new LinkedHashSet<>();
                parts.forEach(part -> sources.addAll(part.sources()));
                parts.forEach(part -> taint.addAll(part.taint()));
                old.filter(SessionLife::isReplaceable).ifPresent(record -> memories.remove(tx, owner, record.id()));
                made = Optional.of(memories.remember(
                        tx,
                        Scope.of(user),
                        MemoryDraft.summary(text)
                                .sources(List.copyOf(sources))
                                .taint(List.copyOf(taint))
                                .at(at)));
                summary = made.get().id();
            }
        }
        Json.ObjectBuilder body = Json.object().put("summary", summary).put("own", own);
        if (!week.isEmpty()) {
            body.put("week", week).put("digested", false);
        }
        Json built = body.build();
        if (known.isEmpty() || !known.get().body().equals(built)) {
            tx.put(
                    NAME,
                    known.map(doc -> DocWrite.update(doc, built))
                            .orElseGet(() -> DocWrite.of(owner, id, built).expectVersion(DocWrite.ABSENT)));
        }
        return made;
    }

    private static boolean carries(MemoryRecord summary, List<MemoryRecord> parts) {
        return parts.stream().allMatch(part -> summary.taint().containsAll(part.taint()));
    }

    /** The lines of the parts, each with its date. */
    private List<String> lines(List<MemoryRecord> parts) {
        List<String> lines = new ArrayList<>();
        for (MemoryRecord part : parts) {
            String date = part.at().atZone(zone).toLocalDate().toString();
            part.text()
                    .lines()
                    .filter(line -> !line.isBlank())
                    .map(line -> line.matches("\\d{4}-\\d{2}-\\d{2} .*") ? line : date + " " + line)
                    .forEach(lines::add);
        }
        return lines;
    }

    private static String week(LocalDate day) {
        return String.format(
                Locale.ROOT,
                "%04d-W%02d",
                day.get(IsoFields.WEEK_BASED_YEAR),
                day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
    }
}
