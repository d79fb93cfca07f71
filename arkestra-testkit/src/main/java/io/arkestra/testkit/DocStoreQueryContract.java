package io.arkestra.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocPage;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import io.arkestra.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Filters, order, paging, counting. */
interface DocStoreQueryContract extends DocStoreFixture {
    Instant DUE = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    default void find_eachFilter_findsWhatItSays() {
        put(ALICE, "a", body("x", 1, 0.5, true, DUE));
        put(ALICE, "b", body("y", 2, 1.5, false, DUE.plusSeconds(1)));
        put(ALICE, "c", Json.emptyObject());

        assertEquals(List.of("a"), ids(Filter.eq("title", "x")));
        assertEquals(List.of("b"), ids(Filter.gt("rank", 1)));
        assertEquals(List.of("a", "b"), ids(Filter.gte("rank", 1)));
        assertEquals(List.of("a"), ids(Filter.lt("score", 1.5)));
        assertEquals(List.of("a", "b"), ids(Filter.lte("score", 1.5)));
        assertEquals(List.of("b"), ids(Filter.eq("done", false)));
        assertEquals(List.of("b"), ids(Filter.gt("due", DUE)));
        assertEquals(List.of("a", "b"), ids(Filter.in("title", List.of("x", "y", "z"))));
        assertEquals(List.of(), ids(Filter.in("title", List.of())));
        assertEquals(List.of("c"), ids(Filter.absent("title")));
        assertEquals(List.of("b", "c"), ids(Filter.not(Filter.eq("title", "x"))));
        assertEquals(List.of("a", "b"), ids(Filter.not(Filter.absent("title"))));
        assertEquals(List.of("a", "c"), ids(Filter.or(Filter.eq("title", "x"), Filter.absent("rank"))));
        assertEquals(List.of("b"), ids(Filter.and(Filter.gt("rank", 0), Filter.not(Filter.eq("title", "x")))));
        assertEquals(List.of("a", "b", "c"), ids(Filter.all()));
        assertEquals(List.of(), ids(Filter.or()));
        assertEquals(List.of("b"), ids(Filter.gt(CollectionSpec.FIELD_ID, "a"), 1));
        assertEquals(List.of("a", "b", "c"), ids(Filter.lte(CollectionSpec.FIELD_CREATED, clock().instant())));
    }

    @Test
    default void find_instantBelowMicroseconds_matchesWhatWasStored() {
        Instant precise = Instant.parse("2026-03-01T12:00:00.123456789Z");
        put(ALICE, "a", Json.object().put("due", precise).build());
        assertEquals(List.of("a"), ids(Filter.eq("due", precise)));
        assertEquals(List.of(), ids(Filter.gt("due", precise)));
    }

    @Test
    default void find_textThatLooksLikeSql_isOnlyText() {
        put(ALICE, "a", DocStoreFixture.note("x' OR '1'='1"));
        put(ALICE, "b", DocStoreFixture.note("?:title <x>"));
        assertEquals(List.of("a"), ids(Filter.eq("title", "x' OR '1'='1")));
        assertEquals(List.of("b"), ids(Filter.eq("title", "?:title <x>")));
    }

    @Test
    default void find_undeclaredField_isRefusedNamingIt() {
        for (DocQuery query : List.of(
                DocQuery.where(Filter.eq("colour", "red")), DocQuery.all().ascending("colour"))) {
            StoreException e = assertThrows(StoreException.class, () -> page(query));
            assertTrue(e.getMessage().contains("colour"), e.getMessage());
        }
        assertThrows(StoreException.class, () -> run(tx -> tx.count(NOTES, ALICE, Filter.absent("colour"))));
    }

    @Test
    default void find_valueOfAnotherType_isRefusedNamingTheField() {
        StoreException e = assertThrows(StoreException.class, () -> ids(Filter.eq("rank", "one")));
        assertTrue(e.getMessage().contains("rank"), e.getMessage());
    }

    @Test
    default void find_otherOwner_seesNothing() {
        put(ALICE, "a", DocStoreFixture.note("mine"));
        assertEquals(
                0,
                store().inTransaction(tx -> tx.find(NOTES, BOB, DocQuery.all()))
                        .docs()
                        .size());
        assertEquals(0L, count(BOB));
        assertEquals(0L, count(Owner.SYSTEM));
        assertEquals(Optional.empty(), store().inTransaction(tx -> tx.get(NOTES, BOB, "a")));
        assertEquals(false, delete(BOB, "a"));
        assertEquals(0L, store().deleteAll(NOTES, BOB, Filter.all()));
        assertEquals(1L, count(ALICE));
    }

    @Test
    default void find_absentValues_comeFirstAscendingAndLastDescending() {
        put(ALICE, "a", Json.object().put("rank", 2).build());
        put(ALICE, "b", Json.emptyObject());
        put(ALICE, "c", Json.object().put("rank", 1).build());
        assertEquals(List.of("b", "c", "a"), walk(DocQuery.all().ascending("rank"), 1));
        assertEquals(List.of("a", "c", "b"), walk(DocQuery.all().descending("rank"), 1));
    }

    /** Random documents, filters and orders against the plain definition in Java. */
    @Test
    default void find_randomQueriesInPages_equalTheModel() {
        Random random = new Random(42);
        List<Doc> all = new ArrayList<>();
        run(tx -> {
            for (int i = 0; i < 60; i++) {
                all.add(tx.put(NOTES, DocWrite.of(ALICE, "d" + (i * 7 % 60), randomBody(random))));
                tx.put(NOTES, DocWrite.of(BOB, "d" + i, randomBody(random)));
            }
        });
        for (int i = 0; i < 150; i++) {
            Filter filter = randomFilter(random, 2);
            DocQuery query = DocQuery.where(filter);
            Comparator<Doc> order = null;
            for (String field : randomFields(random)) {
                boolean ascending = random.nextBoolean();
                query = ascending ? query.ascending(field) : query.descending(field);
                Comparator<Doc> next =
                        ascending ? byField(field) : byField(field).reversed();
                order = order == null ? next : order.thenComparing(next);
            }
            Predicate<Doc> holds = doc -> holds(filter, doc);
            List<String> found = walk(query, 1 + random.nextInt(20));
            List<Doc> expected = all.stream().filter(holds).toList();
            String what = "query " + i + " " + filter + " " + query.sorts();
            assertEquals(
                    expected.size(),
                    store().inTransaction(tx -> tx.count(NOTES, ALICE, filter)).intValue(),
                    what);
            assertEquals(
                    expected.stream().map(Doc::id).sorted().toList(),
                    found.stream().sorted().toList(),
                    what);
            if (order != null) {
                Comparator<Doc> by = order;
                List<Doc> inOrder = found.stream()
                        .map(id -> all.stream()
                                .filter(doc -> doc.id().equals(id))
                                .findFirst()
                                .orElseThrow())
                        .toList();
                for (int at = 1; at < inOrder.size(); at++) {
                    assertTrue(by.compare(inOrder.get(at - 1), inOrder.get(at)) <= 0, what + " gave " + found);
                }
            }
        }
    }

    @Test
    default void find_pagesWhileOthersWrite_missesAndRepeatsNothingThatStayed() {
        for (int i = 0; i < 40; i++) {
            put(
                    ALICE,
                    String.format("s%02d", i),
                    Json.object().put("rank", i % 5).build());
        }
        DocQuery query = DocQuery.all().descending("rank").limit(7);
        List<String> seen = new ArrayList<>();
        Optional<String> next = Optional.empty();
        int extra = 0;
        do {
            DocPage page = page(next.map(query::after).orElse(query));
            page.docs().forEach(doc -> seen.add(doc.id()));
            next = page.next();
            put(ALICE, "x" + extra++, Json.object().put("rank", extra % 5).build());
            delete(ALICE, "x" + (extra - 2));
        } while (next.isPresent());
        List<String> stayed = seen.stream().filter(id -> id.startsWith("s")).toList();
        assertEquals(40, stayed.size(), "each once: " + seen);
        assertEquals(40, new HashSet<>(stayed).size());
    }

    @Test
    default void find_cursorOfAnotherQuery_isRefused() {
        for (int i = 0; i < 5; i++) {
            put(ALICE, "d" + i, Json.object().put("rank", i).build());
        }
        DocQuery query = DocQuery.where(Filter.gte("rank", 0)).ascending("rank").limit(2);
        String cursor = page(query).next().orElseThrow();
        assertEquals(
                2,
                page(query.limit(3).after(cursor))
                        .docs()
                        .get(0)
                        .body()
                        .integer("rank")
                        .orElseThrow());
        for (DocQuery other : List.of(
                DocQuery.where(Filter.gte("rank", 1)).ascending("rank"),
                DocQuery.where(Filter.gte("rank", 0)).descending("rank"),
                DocQuery.where(Filter.gte("rank", 0)))) {
            assertThrows(StoreException.class, () -> page(other.after(cursor)));
        }
        assertThrows(StoreException.class, () -> page(query.after("not a cursor")));
        assertThrows(StoreException.class, () -> page(query.after("")));
        assertThrows(StoreException.class, () -> store().inTransaction(tx -> tx.find(NOTES, BOB, query.after(cursor))));
    }

    @Test
    default void find_expiredDocuments_areNotThere() {
        put(DocWrite.of(ALICE, "a", DocStoreFixture.note("x"))
                .expiresAt(clock().instant().plusSeconds(10)));
        put(ALICE, "b", DocStoreFixture.note("x"));
        assertEquals(List.of("a", "b"), ids(Filter.eq("title", "x")));
        clock().advance(Duration.ofSeconds(10));
        assertEquals(List.of("b"), ids(Filter.eq("title", "x")));
        assertEquals(1L, count(ALICE));
        assertEquals(Optional.empty(), store().inTransaction(tx -> tx.get(NOTES, ALICE, "a")));
        assertEquals(false, delete(ALICE, "a"));
        put(DocWrite.of(ALICE, "a", DocStoreFixture.note("again")).expectVersion(DocWrite.ABSENT));
        assertEquals(2L, count(ALICE));
    }

    private long count(Owner owner) {
        return store().inTransaction(tx -> tx.count(NOTES, owner, Filter.all()));
    }

    private DocPage page(DocQuery query) {
        return store().inTransaction(tx -> tx.find(NOTES, ALICE, query));
    }

    private List<String> ids(Filter filter) {
        return page(DocQuery.where(filter)).docs().stream().map(Doc::id).toList();
    }

    private List<String> ids(Filter filter, int limit) {
        return page(DocQuery.where(filter).limit(limit)).docs().stream()
                .map(Doc::id)
                .toList();
    }

    private List<String> walk(DocQuery query, int pageSize) {
        List<String> ids = new ArrayList<>();
        Optional<String> next = Optional.empty();
        do {
            DocQuery sized = query.limit(pageSize);
            DocPage page = page(next.map(sized::after).orElse(sized));
            page.docs().forEach(doc -> ids.add(doc.id()));
            next = page.next();
        } while (next.isPresent());
        return ids;
    }

    private static Json body(String title, long rank, double score, boolean done, Instant due) {
        return Json.object()
                .put("title", title)
                .put("rank", rank)
                .put("score", score)
                .put("done", done)
                .put("due", due)
                .build();
    }

    private static Json randomBody(Random random) {
        Json.ObjectBuilder body = Json.object();
        if (random.nextInt(4) > 0) {
            body.put("title", String.valueOf("abж\uD83D\uDE80".charAt(random.nextInt(3))));
        }
        if (random.nextInt(4) > 0) {
            body.put("rank", random.nextInt(4));
        }
        if (random.nextInt(4) > 0) {
            body.put("done", random.nextBoolean());
        }
        if (random.nextInt(4) > 0) {
            body.put("due", DUE.plusSeconds(random.nextInt(5)));
        }
        if (random.nextInt(4) > 0) {
            body.put("score", random.nextInt(5) / 4.0);
        }
        return body.build();
    }

    private static List<String> randomFields(Random random) {
        List<String> fields = new ArrayList<>(List.of("title", "rank", "done", "due", "score", "_id", "_updated"));
        Collections.shuffle(fields, random);
        return fields.subList(0, random.nextInt(3));
    }

    private static Filter randomFilter(Random random, int depth) {
        int kind = random.nextInt(depth == 0 ? 5 : 9);
        return switch (kind) {
            case 0 -> Filter.eq("title", List.of("a", "b", "ж").get(random.nextInt(3)));
            case 1 -> Filter.gte("rank", random.nextInt(4));
            case 2 -> Filter.lt("due", DUE.plusSeconds(random.nextInt(5)));
            case 3 -> Filter.absent(List.of("title", "rank", "done").get(random.nextInt(3)));
            case 4 -> Filter.in("rank", List.of(random.nextInt(4), random.nextInt(4)));
            case 5 -> Filter.not(randomFilter(random, depth - 1));
            case 6 -> Filter.or(randomFilter(random, depth - 1), randomFilter(random, depth - 1));
            default -> Filter.and(randomFilter(random, depth - 1), randomFilter(random, depth - 1));
        };
    }

    private static boolean holds(Filter filter, Doc doc) {
        if (filter instanceof Filter.Compare compare) {
            Comparable<Object> value = value(doc, compare.field());
            if (value == null) {
                return false;
            }
            int order = value.compareTo(compare.value());
            return switch (compare.operator()) {
                case EQUAL -> order == 0;
                case LESS -> order < 0;
                case LESS_OR_EQUAL -> order <= 0;
                case GREATER -> order > 0;
                case GREATER_OR_EQUAL -> order >= 0;
            };
        } else if (filter instanceof Filter.In in) {
            Object value = value(doc, in.field());
            return value != null && in.values().contains(value);
        } else if (filter instanceof Filter.Absent absent) {
            return value(doc, absent.field()) == null;
        } else if (filter instanceof Filter.And and) {
            return and.filters().stream().allMatch(part -> holds(part, doc));
        } else if (filter instanceof Filter.Or or) {
            return or.filters().stream().anyMatch(part -> holds(part, doc));
        } else if (filter instanceof Filter.Not not) {
            return !holds(not.filter(), doc);
        }
        throw new AssertionError(filter);
    }

    private static Comparator<Doc> byField(String field) {
        return (a, b) -> {
            Comparable<Object> left = value(a, field);
            Comparable<Object> right = value(b, field);
            if (left == null || right == null) {
                return left == right ? 0 : left == null ? -1 : 1;
            }
            return left.compareTo(right);
        };
    }

    @SuppressWarnings("unchecked")
    private static @Nullable Comparable<Object> value(Doc doc, String field) {
        Object value = switch (field) {
            case "_id" -> doc.id();
            case "_updated" -> doc.updatedAt();
            case "due" -> doc.body().instant(field).orElse(null);
            case "score" -> doc.body().get(field).map(Json::asDouble).orElse(null);
            default -> doc.body().get(field).map(Json::toJava).orElse(null);
        };
        return (Comparable<Object>) value;
    }
}
