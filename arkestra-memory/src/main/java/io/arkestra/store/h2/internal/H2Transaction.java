package io.arkestra.store.h2.internal;

import io.arkestra.store.Doc;
import io.arkestra.store.DocPage;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import io.arkestra.store.StoreException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** One transaction on one connection. Confined to the thread that runs the work. */
final class H2Transaction implements DocTransaction {
    private final Database database;
    private final Handle handle;
    private final Catalogue catalogue;
    private final Writer writer;
    private final Clock clock;
    private final Keys keys;
    private final Thread thread = Thread.currentThread();
    private final Runnable expunge;
    private final Set<String> changed = new LinkedHashSet<>();
    private final List<Runnable> afterwards = new ArrayList<>();
    private boolean writing;
    private boolean over;
    private boolean committing;
    private @Nullable RuntimeException failure;

    /** @param expunge writes down that the file holds what is to be gone */
    H2Transaction(
            Database database,
            Handle handle,
            Catalogue catalogue,
            Writer writer,
            Clock clock,
            Vault vault,
            Runnable expunge) {
        this.expunge = expunge;
        this.database = database;
        this.handle = handle;
        this.catalogue = catalogue;
        this.writer = writer;
        this.clock = clock;
        this.keys = new Keys(vault, handle);
    }

    @Override
    public Optional<Doc> get(String collection, Owner owner, String id) {
        CollectionTable table = table(collection);
        return Optional.ofNullable(
                run("Reading '" + id + "'", () -> DocRows.get(handle, table, owner, id, now(), keys)));
    }

    @Override
    public DocPage find(String collection, Owner owner, DocQuery query) {
        CollectionTable table = table(collection);
        return run("A query of '" + collection + "'", () -> page(table, owner, query));
    }

    @Override
    public long count(String collection, Owner owner, Filter filter) {
        CollectionTable table = table(collection);
        return run("Counting '" + collection + "'", () -> {
            QuerySql sql = new QuerySql(table, owner, filter, now());
            return Sql.number(
                    handle,
                    "SELECT COUNT(*) FROM " + table.docs + " WHERE " + sql.where(),
                    sql.values().toArray());
        });
    }

    @Override
    public Doc put(String collection, DocWrite write) {
        CollectionTable table = table(collection);
        DocPut put = new DocPut(table, write);
        beginWrite();
        Doc doc = run("Writing '" + write.id() + "'", () -> put.execute(handle, writer, now(), keys));
        changed.add(collection);
        return doc;
    }

    @Override
    public boolean delete(String collection, Owner owner, String id) {
        CollectionTable table = table(collection);
        beginWrite();
        boolean deleted = run("Deleting '" + id + "'", () -> {
            long now = now();
            Long version = Sql.first(
                    handle,
                    "SELECT \"version\" FROM " + table.docs
                            + " WHERE \"owner\"=? AND \"id\"=? AND (\"expires\" IS NULL OR \"expires\">?)",
                    (row, context) -> row.getLong(1),
                    owner.key(),
                    id,
                    now);
            if (version == null) {
                return false;
            }
            new Removal(handle, table, writer, now).deleted(owner.key(), id, version);
            return true;
        });
        if (deleted) {
            changed.add(collection);
        }
        return deleted;
    }

    @Override
    public int deleteBatch(String collection, Owner owner, Filter filter, int limit) {
        CollectionTable table = table(collection);
        if (limit < 1 || limit > DocQuery.MAX_LIMIT) {
            throw new StoreException("query", "The limit is " + limit + "; expected 1 to " + DocQuery.MAX_LIMIT);
        }
        beginWrite();
        int deleted = run("Deleting from '" + collection + "'", () -> {
            long now = now();
            QuerySql sql = new QuerySql(table, owner, filter, now);
            List<@Nullable Object> values = new ArrayList<>(sql.values());
            values.add(limit);
            return new Removal(handle, table, writer, now).deletedAll(sql.where() + " LIMIT ?", values);
        });
        if (deleted > 0) {
            changed.add(collection);
        }
        return deleted;
    }

    @Override
    public void afterCommit(Runnable work) {
        checkUsable();
        afterwards.add(work);
    }

    /** What is to be done once this is committed, in order. */
    List<Runnable> afterwards() {
        return afterwards;
    }

    @Override
    public void expunge() {
        checkUsable();
        expunge.run();
    }

    /** Removes expired documents, at most {@code limit}, of one owner or of all. */
    int expireBatch(String collection, @Nullable Owner owner, int limit) {
        CollectionTable table = table(collection);
        beginWrite();
        int expired = run("Expiring '" + collection + "'", () -> {
            long now = now();
            return new Removal(handle, table, writer, now).expired(owner, limit);
        });
        if (expired > 0) {
            changed.add(collection);
        }
        return expired;
    }

    private record Row(Doc doc, List<@Nullable Object> place) {}

    private DocPage page(CollectionTable table, Owner owner, DocQuery query) {
        List<QuerySql.Order> order = QuerySql.order(table, query);
        long now = now();
        String shape = Cursor.shape(table.name, owner, query);
        List<@Nullable Object> last =
                query.after().map(cursor -> Cursor.decode(shape, order, cursor)).orElse(null);
        QuerySql sql = new QuerySql(table, owner, query.filter(), now);
        if (last != null) {
            sql.after(order, last);
        }
        int wanted = query.limit() + 1; // one more tells whether there is another page
        List<Row> rows = new ArrayList<>(rows(table, owner, query, order, sql, wanted));
        if (last != null && rows.size() < wanted && QuerySql.inTwoRanges(order, last)) {
            QuerySql rest = new QuerySql(table, owner, query.filter(), now);
            rest.absent(order);
            rows.addAll(rows(table, owner, query, order, rest, wanted - rows.size()));
        }
        boolean more = rows.size() == wanted;
        List<Row> page = more ? rows.subList(0, query.limit()) : rows;
        List<Doc> docs = page.stream().map(Row::doc).toList();
        return more
                ? DocPage.of(
                        docs, Cursor.encode(shape, page.get(page.size() - 1).place()))
                : DocPage.last(docs);
    }

    private List<Row> rows(
            CollectionTable table, Owner owner, DocQuery query, List<QuerySql.Order> order, QuerySql sql, int limit) {
        StringBuilder columns = new StringBuilder(DocRows.COLUMNS);
        order.forEach(item -> columns.append(',').append(item.column().sql()));
        List<@Nullable Object> values = new ArrayList<>(sql.values());
        values.add(limit);
        return Sql.list(
                handle,
                sql.select(columns.toString(), order, query),
                (row, context) -> new Row(DocRows.read(table, owner, row, keys), DocRows.orderValues(row, order)),
                values.toArray());
    }

    private CollectionTable table(String collection) {
        checkUsable();
        return catalogue.require(collection);
    }

    private void checkUsable() {
        if (over) {
            throw new StoreException(
                    "transaction-over",
                    "The transaction is over; a DocTransaction is only usable inside inTransaction");
        }
        if (Thread.currentThread() != thread) {
            throw new StoreException(
                    "wrong-thread",
                    "The transaction of thread '" + thread.getName() + "' was used by thread '"
                            + Thread.currentThread().getName() + "'; a transaction belongs to one thread");
        }
    }

    private void beginWrite() {
        if (!writing) {
            writer.begin();
            writing = true;
        }
    }

    private long now() {
        return Micros.of(clock.instant());
    }

    private <T> T run(String doing, Supplier<T> work) {
        try {
            return database.uninterrupted(work);
        } catch (StoreException e) {
            throw e;
        } catch (RuntimeException e) {
            RuntimeException translated = SqlErrors.translate(doing, database.where(), e);
            failure = translated;
            throw translated;
        }
    }

    /** Commits; with writes, records the sequence in the same commit. */
    void commit() {
        if (failure != null) {
            throw failure;
        }
        boolean dirty = !changed.isEmpty();
        committing = dirty;
        run("A commit", () -> {
            if (dirty) {
                Engine.recordSequence(handle, writer);
            }
            Database.commit(handle);
            return true;
        });
        if (dirty) {
            writer.committed();
            keys.committed();
        }
    }

    /** Whether the commit itself failed, so that it is not known whether it reached the file. */
    boolean doubtful() {
        return committing && failure != null && SqlErrors.breaksDatabase(failure.getCause());
    }

    /** Whether a statement failed in a way that makes the connection doubtful. */
    boolean failed() {
        return failure != null;
    }

    /** Ends the right to write. The connection is committed or rolled back by now. */
    void end() {
        over = true;
        if (writing) {
            writing = false;
            writer.rolledBack();
            writer.end();
        }
    }

    /** Collections that were written. */
    Set<String> changed() {
        return changed;
    }
}
