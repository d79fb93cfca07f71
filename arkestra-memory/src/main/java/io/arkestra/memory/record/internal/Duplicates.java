package io.arkestra.memory.record.internal;

import io.arkestra.common.Json;
import io.arkestra.memory.SleepOutcome;
import io.arkestra.memory.Tier;
import io.arkestra.store.Doc;
import io.arkestra.store.DocPage;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds current records of one kind with the same words but for trifles: fingerprints that differ in at most three bits, found by one
 * of four bands that must then be equal. Their words must be
 * the same but for endings, for a name, a number or a negation more is what a fingerprint does not see. The
 * lesser record is closed and points to the other, which takes over its sources, pin and tier.
 */
final class Duplicates {
    private static final int PAGE = 1_000;
    private static final int BANDS = 4;
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\d][\\p{L}\\d'’-]*");
    /** Words of which the end may differ: an inflection. */
    private static final int INFLECTED = 7;

    private final DocStore store;

    Duplicates(DocStore store) {
        this.store = store;
    }

    private record Print(String id, String kind, long hash, List<String> telling, String slot) {
        boolean same(Print other) {
            return kind.equals(other.kind)
                    && slot.equals(other.slot)
                    && SimHash.near(hash, other.hash)
                    && telling.equals(other.telling);
        }
    }

    Tidied merge(Owner owner, int limit) {
        List<SleepOutcome.Entry> damaged = new ArrayList<>();
        List<List<String>> pairs = pairs(owner, limit + 1, damaged);
        List<SleepOutcome.Entry> entries = new ArrayList<>();
        for (List<String> pair : pairs.subList(0, Math.min(limit, pairs.size()))) {
            Attempts.inTransaction(store, transaction -> join(transaction, owner, pair))
                    .ifPresent(entries::add);
        }
        boolean more = pairs.size() > limit && !entries.isEmpty();
        entries.addAll(damaged);
        return Tidied.of(more ? Optional.of("more") : Optional.empty(), entries);
    }

    private List<List<String>> pairs(Owner owner, int most, List<SleepOutcome.Entry> damaged) {
        Map<String, List<Print>> bands = new HashMap<>();
        Set<List<String>> pairs = new LinkedHashSet<>();
        Optional<String> cursor = Optional.empty();
        do {
            DocQuery query =
                    DocQuery.where(MemoryCollection.CURRENT).ascending("_id").limit(PAGE);
            DocQuery page = cursor.map(query::after).orElse(query);
            DocPage docs = store.inTransaction(transaction -> transaction.find(MemoryCollection.NAME, owner, page));
            for (Doc doc : docs.docs()) {
                Optional<SleepOutcome.Entry> damage = MemoryCollection.damage(doc);
                if (damage.isPresent()) {
                    damaged.add(damage.get());
                } else if (!MemoryCollection.flag(doc, "locked")) {
                    compare(print(doc), bands, pairs);
                }
            }
            cursor = docs.next();
        } while (cursor.isPresent() && pairs.size() < most);
        return new ArrayList<>(pairs);
    }

    private static void compare(Print print, Map<String, List<Print>> bands, Set<List<String>> pairs) {
        for (int band = 0; band < BANDS; band++) {
            String key = print.kind() + band + ":" + (print.hash() >>> (16 * band) & 0xffff);
            List<Print> others = bands.computeIfAbsent(key, none -> new ArrayList<>());
            others.stream()
                    .filter(print::same)
                    .findFirst()
                    .ifPresent(other -> pairs.add(List.of(other.id(), print.id())));
            others.add(print);
        }
    }

    private static Print print(Doc doc) {
        String text = doc.body().text("text");
        List<String> telling = WORD.matcher(NormalText.of(text))
                .results()
                .map(match -> match.group())
                .map(word -> word.length() > INFLECTED && word.chars().noneMatch(Character::isDigit)
                        ? word.substring(0, word.length() - 2)
                        : word)
                .sorted()
                .toList();
        String slot = doc.body().string("slot").orElse("")
                + MemoryCollection.statement(doc)
                        .map(said -> NormalText.of(said.value()) + said.isEnded())
                        .orElse("");
        return new Print(doc.id(), doc.body().text("kind"), SimHash.of(text), telling, slot);
    }

    private static Optional<SleepOutcome.Entry> join(DocTransaction transaction, Owner owner, List<String> pair) {
        List<Doc> docs = new ArrayList<>();
        for (String id : pair) {
            transaction
                    .get(MemoryCollection.NAME, owner, id)
                    .filter(doc -> !doc.body().has("valid_to") && !MemoryCollection.flag(doc, "locked"))
                    .ifPresent(docs::add);
        }
        if (docs.size() < 2) {
            return Optional.empty();
        }
        docs.sort(Comparator.comparing(MemoryCollection::tier, Comparator.reverseOrder())
                .thenComparing(doc -> !MemoryCollection.flag(doc, "pinned"))
                .thenComparing(MemoryCollection::validFrom));
        Doc kept = docs.get(0);
        Doc other = docs.get(1);
        Instant until = latest(MemoryCollection.validFrom(other), MemoryCollection.validFrom(kept));
        transaction.put(
                MemoryCollection.NAME,
                DocWrite.update(
                        other,
                        RecordBody.closed(other.body(), until, Optional.of(kept.id()))
                                .with("merged", Json.TRUE)));
        DocWrite write = DocWrite.update(kept, joined(kept, other));
        transaction.put(
                MemoryCollection.NAME,
                kept.expiresAt().isPresent() && other.expiresAt().isEmpty() ? write.neverExpires() : write);
        MemorySources.add(transaction, owner, kept.id(), MemoryCollection.sources(other));
        return Optional.of(SleepOutcome.Entry.of("merged", other.id(), "says the same as '" + kept.id() + "'"));
    }

    private static Json joined(Doc kept, Doc other) {
        Json body = kept.body();
        Set<String> sources = new LinkedHashSet<>(MemoryCollection.sources(kept));
        sources.addAll(MemoryCollection.sources(other));
        // The other's words go with its own sources, as a wording.
        List<Json> wordings = new ArrayList<>(body.list("wordings"));
        wordings.add(Json.object()
                .put("text", other.body().text("text"))
                .putIfPresent("quote", other.body().string("quote"))
                .put("from", Json.strings(RecordBody.strings(other.body(), "from")))
                .build());
        wordings.addAll(other.body().list("wordings"));
        Collection<String> from = RecordBody.strings(body, "from");
        body = RecordBody.withSources(body.with("wordings", Json.array(wordings)), sources, from);
        body = RecordBody.withTaint(body, RecordBody.strings(other.body(), "taint"));
        double importance = Math.max(importance(kept), importance(other));
        return body.with("importance", Json.of(importance))
                .with(
                        "pinned",
                        Json.of(MemoryCollection.flag(kept, "pinned") || MemoryCollection.flag(other, "pinned")))
                .with(
                        "explicit",
                        Json.of(MemoryCollection.flag(kept, "explicit") || MemoryCollection.flag(other, "explicit")))
                .with(
                        "uses",
                        Json.of(kept.body().integer("uses").orElse(0L)
                                + other.body().integer("uses").orElse(0L)))
                .with(
                        "told",
                        Json.of(kept.body().integer("told").orElse(1L)
                                + other.body().integer("told").orElse(1L)))
                .with(
                        "tier",
                        Json.of(MemoryCollection.lower(
                                higher(MemoryCollection.tier(kept), MemoryCollection.tier(other)))));
    }

    private static double importance(Doc doc) {
        return doc.body().decimal("importance").map(Number::doubleValue).orElse(0.5);
    }

    private static Tier higher(Tier one, Tier other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
