package io.arkestra.store.h2.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import io.arkestra.testkit.TestProviderContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.h2.command.Command;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The planner uses the declared indexes, both to find and to sort. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QueryPlanTest {
    private static final Owner ALICE = Owner.of(UserId.of("alice"));
    private static final CollectionSpec TASKS = CollectionSpec.builder("tasks")
            .field("status", FieldType.STRING)
            .field("priority", FieldType.LONG)
            .field("due", FieldType.INSTANT)
            .field("kind", FieldType.STRING)
            .field("code", FieldType.STRING)
            .uniqueKey("kind", "code")
            .orderedIndex("status", "priority", "due")
            .orderedIndex("due")
            .orderedIndex(CollectionSpec.FIELD_CREATED)
            .feed()
            .build();
    private static final CollectionTable TABLE = new CollectionTable(TASKS);
    private static final String BY_STATUS = TABLE.indexName("i", List.of("status", "priority", "due"));
    private static final String BY_DUE = TABLE.indexName("i", List.of("due"));
    private static final String BY_CREATED = TABLE.indexName("i", List.of("_created"));
    private static final String BY_CODE = TABLE.indexName("u", List.of("kind", "code"));
    private static final String PRIMARY = "PRIMARY_KEY";

    private final H2DocStore store = (H2DocStore)
            new H2DocStoreProvider().open(TestProviderContext.builder().build());

    @BeforeAll
    void fill() {
        store.define(TASKS);
        for (Owner owner : List.of(ALICE, Owner.SYSTEM)) {
            store.inTransaction(tx -> {
                for (int i = 0; i < 2_000; i++) {
                    Json body = Json.object()
                            .put("status", i % 3 == 0 ? "open" : "done")
                            .put("priority", i % 7)
                            .put("due", Instant.ofEpochSecond(i))
                            .put("kind", "task")
                            .put("code", "c" + i)
                            .build();
                    tx.put("tasks", DocWrite.of(owner, "d" + i, body));
                }
                return true;
            });
        }
    }

    @AfterAll
    void close() {
        store.close();
    }

    static Stream<Arguments> sorted() {
        Filter open = Filter.eq("status", "open");
        Filter soon = Filter.lt("due", Instant.ofEpochSecond(100));
        return Stream.of(
                Arguments.of(DocQuery.where(open).ascending("priority").ascending("due"), BY_STATUS),
                Arguments.of(DocQuery.where(open).descending("priority").descending("due"), BY_STATUS),
                Arguments.of(
                        DocQuery.where(Filter.and(open, Filter.eq("priority", 3)))
                                .descending("due"),
                        BY_STATUS),
                Arguments.of(
                        DocQuery.where(Filter.and(open, soon))
                                .ascending("priority")
                                .ascending("due"),
                        BY_STATUS),
                Arguments.of(
                        DocQuery.all().ascending("status").ascending("priority").ascending("due"), BY_STATUS),
                Arguments.of(DocQuery.all().ascending("due"), BY_DUE),
                Arguments.of(DocQuery.where(soon).descending("due"), BY_DUE),
                Arguments.of(DocQuery.all().descending(CollectionSpec.FIELD_CREATED), BY_CREATED),
                Arguments.of(DocQuery.all(), PRIMARY),
                Arguments.of(DocQuery.all().descending(CollectionSpec.FIELD_ID), PRIMARY));
    }

    @ParameterizedTest
    @MethodSource("sorted")
    void find_orderOfAnIndex_readsTheIndexAndSortsNothing(DocQuery query, String index) {
        for (boolean laterPage : List.of(false, true)) {
            String plan = plan(query, laterPage);
            assertTrue(plan.contains(index.replace("\"", "")), plan);
            assertTrue(plan.contains("index sorted */"), plan);
            assertTrue(plan.contains("\"owner\" = ?"), plan);
            assertFalse(plan.contains("tableScan"), plan);
        }
    }

    @Test
    void find_startOfAnIndex_sortsOnlyEqualOnesById() {
        String plan = plan(DocQuery.where(Filter.eq("status", "open")).ascending("priority"), false);
        assertTrue(plan.contains(BY_STATUS.replace("\"", "")), plan);
        assertTrue(plan.contains("index sorted: 3 of 4 columns"), plan);
    }

    @Test
    void find_uniqueKey_readsItsIndexAlone() {
        Filter key = Filter.and(Filter.eq("kind", "task"), Filter.eq("code", "c1234"));
        for (DocQuery query : List.of(DocQuery.where(key), DocQuery.where(key).ascending("due"))) {
            String plan = plan(query, false);
            assertTrue(plan.contains(BY_CODE.replace("\"", "")), plan);
            assertTrue(plan.contains("f_code = ?"), plan);
        }
    }

    @Test
    void find_idsAmongOthers_readsTheseDocumentsAndNoOthers() {
        DocQuery query = DocQuery.where(
                Filter.and(Filter.eq("priority", 3), Filter.in(CollectionSpec.FIELD_ID, List.of("d3", "d10", "d24"))));
        String plan = explained("EXPLAIN ANALYZE ", query, false);
        assertTrue(plan.contains(PRIMARY), plan);
        Matcher scanned = Pattern.compile("scanCount: (\\d+)").matcher(plan);
        assertTrue(scanned.find(), plan);
        assertTrue(Integer.parseInt(scanned.group(1)) <= 4, plan);
    }

    @Test
    void find_idsInAnyOrderAndTwice_givesEachOfTheOwnersOnceInTheOrderOfTheQuery() {
        List<String> asked = List.of("d9", "d1", "d100", "nobody", "d9", "d55", "d3");
        Filter filter = Filter.in(CollectionSpec.FIELD_ID, asked);
        List<String> sorted = List.of("d1", "d100", "d3", "d55", "d9");
        List<String> reversed = List.of("d9", "d55", "d3", "d100", "d1");
        assertEquals(sorted, found(DocQuery.where(filter)));
        assertEquals(reversed, found(DocQuery.where(filter).descending(CollectionSpec.FIELD_ID)));
        assertEquals(
                List.of("d1", "d3", "d9", "d55", "d100"),
                found(DocQuery.where(filter).ascending("due")));
        assertEquals(
                List.of("d3"),
                found(DocQuery.where(Filter.and(Filter.eq("status", "open"), Filter.eq("priority", 3), filter))));
        assertEquals(5, store.<Long>inTransaction(tx -> tx.count("tasks", ALICE, filter)));
    }

    private List<String> found(DocQuery query) {
        List<Doc> docs =
                store.inTransaction(tx -> tx.find("tasks", ALICE, query)).docs();
        assertTrue(docs.stream().allMatch(doc -> doc.owner().equals(ALICE)), docs.toString());
        return docs.stream().map(Doc::id).toList();
    }

    @ParameterizedTest
    @MethodSource("sorted")
    void count_anyFilter_scansNoTable(DocQuery query, String index) {
        String plan = plan(query, false);
        assertFalse(plan.contains("tableScan"), plan + " for " + index);
    }

    @Test
    void changes_ofOneOwner_readTheOwnersIndexesAndNoFurtherThanTheLimit() {
        store.inTransaction(tx -> {
            for (int i = 0; i < 300; i++) {
                tx.delete("tasks", Owner.SYSTEM, "d" + i);
            }
            return true;
        });
        Object[] values = {ALICE.key(), 0L, 10, ALICE.key(), 0L, 10, 10};
        String plan = store.onDatabase(handle -> String.join(
                "\n",
                Sql.list(
                        handle,
                        "EXPLAIN ANALYZE " + Feed.sql(TABLE, true),
                        (row, context) -> row.getString(1),
                        values)));
        assertTrue(plan.contains("f_tasks") && plan.contains("g_tasks"), plan);
        assertFalse(plan.contains("tableScan"), plan);
        Matcher scanned = Pattern.compile("scanCount: (\\d+)").matcher(plan);
        while (scanned.find()) {
            assertTrue(Integer.parseInt(scanned.group(1)) <= 22, plan);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void changes_readAgain_isNotParsedAgain(boolean byOwner) {
        store.onDatabase(handle -> {
            SessionLocal session = (SessionLocal) ((JdbcConnection) handle.getConnection()).getSession();
            Command first = session.prepareLocal(Feed.sql(TABLE, byOwner));
            first.close();
            assertSame(first, session.prepareLocal(Feed.sql(TABLE, byOwner)));
            return true;
        });
    }

    @Test
    void lastSequence_anyCollection_readsTheEndsOfTheIndexes() {
        String plan = store.onDatabase(handle -> String.join(
                "\n",
                Sql.list(handle, "EXPLAIN " + Feed.lastSql(TABLE), (row, context) -> row.getString(1), TABLE.name)));
        assertEquals(2, plan.split("direct lookup", -1).length - 1, plan);
    }

    private String plan(DocQuery query, boolean laterPage) {
        return explained("EXPLAIN ", query, laterPage);
    }

    private String explained(String how, DocQuery query, boolean laterPage) {
        List<QuerySql.Order> order = QuerySql.order(TABLE, query);
        QuerySql sql = new QuerySql(TABLE, ALICE, query.filter(), 0);
        if (laterPage) {
            List<@Nullable Object> last = new ArrayList<>();
            order.forEach(item -> last.add(item.column().type() == FieldType.STRING ? "d5" : (Object) 5L));
            sql.after(order, last);
        }
        List<@Nullable Object> values = new ArrayList<>(sql.values());
        values.add(10);
        String statement = how + sql.select(DocRows.COLUMNS, order, query);
        return store.onDatabase(handle ->
                String.join("\n", Sql.list(handle, statement, (row, context) -> row.getString(1), values.toArray())));
    }
}
