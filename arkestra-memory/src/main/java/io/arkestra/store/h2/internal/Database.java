package io.arkestra.store.h2.internal;

import io.arkestra.store.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Deque;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import org.h2.api.ErrorCode;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.TemplateEngine;
import org.jspecify.annotations.Nullable;

/** The connections to one H2 database, open for the life of the store: H2 closes a file with its last connection. Thread-safe. */
final class Database implements AutoCloseable {
    /** More than this many transactions at once wait for each other. */
    private static final int CONNECTIONS = 16;

    private static final int OPEN_ATTEMPTS = 20;
    private static final int RECLAIM_BELOW_PERCENT = 50;
    private static final int RECLAIM_BYTES = 4 * 1024 * 1024;

    private final String url;
    private final String where;
    private final Jdbi jdbi;
    private final @Nullable StatementThreads threads;
    private final Semaphore permits = new Semaphore(CONNECTIONS, true);
    private final Deque<Handle> idle = new ConcurrentLinkedDeque<>();
    private final Connection keeper;

    private Database(String url, String where, boolean persistent) {
        this.url = url;
        this.where = where;
        this.threads = persistent ? new StatementThreads(CONNECTIONS) : null;
        this.jdbi = Jdbi.create(this::connect);
        jdbi.getConfig(SqlStatements.class)
                .setTemplateEngine(TemplateEngine.NOP)
                .setSqlParser(new PositionalSql());
        try {
            this.keeper = uninterrupted(this::connectPatiently);
        } catch (RuntimeException e) {
            closeThreads();
            throw e;
        }
    }

    static Database open(String url, String where, boolean persistent) {
        return new Database(url, where, persistent);
    }

    String where() {
        return where;
    }

    /** Lends a connection, in a transaction of its own. */
    Handle borrow() {
        permits.acquireUninterruptibly();
        try {
            Handle handle = idle.pollFirst();
            return handle != null ? handle : uninterrupted(this::openHandle);
        } catch (RuntimeException | Error e) {
            permits.release();
            throw e;
        }
    }

    /** Takes a connection back; one that failed is thrown away. */
    void giveBack(Handle handle, boolean usable) {
        try {
            if (usable) {
                idle.addFirst(handle);
            } else {
                discard(handle);
            }
        } finally {
            permits.release();
        }
    }

    /** Runs statements where interrupts do not reach them. */
    <T> T uninterrupted(Supplier<T> work) {
        StatementThreads pool = threads;
        return pool == null ? work.get() : pool.call(work::get);
    }

    /** Runs the work on a connection and commits. Failures of the database become store exceptions. */
    <T> T with(String doing, Function<Handle, T> work) {
        Handle handle = borrow();
        boolean usable = false;
        try {
            T result = uninterrupted(() -> {
                T value = work.apply(handle);
                commit(handle);
                return value;
            });
            usable = true;
            return result;
        } catch (RuntimeException e) {
            usable = rollback(handle);
            throw e instanceof StoreException ? e : SqlErrors.translate(doing, where, e);
        } finally {
            giveBack(handle, usable);
        }
    }

    static void commit(Handle handle) {
        try {
            handle.getConnection().commit();
        } catch (SQLException e) {
            throw new UncheckedSqlException(e);
        }
    }

    /** Undoes what was not committed. Returns whether the connection can be used again. */
    boolean rollback(Handle handle) {
        return uninterrupted(() -> {
            try {
                handle.getConnection().rollback();
                return true;
            } catch (SQLException e) {
                return false;
            }
        });
    }

    private Handle openHandle() {
        Handle handle = jdbi.open();
        try {
            handle.getConnection().setAutoCommit(false);
            return handle;
        } catch (SQLException e) {
            handle.close();
            throw new UncheckedSqlException(e);
        }
    }

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "arkestra");
        properties.setProperty("password", "");
        return new org.h2.Driver().connect(url, properties);
    }

    /** The work that H2 does when it closes a file may still go on for a moment in this process: try again shortly. */
    private Connection connectPatiently() {
        for (int attempt = 1; ; attempt++) {
            try {
                return connect();
            } catch (SQLException e) {
                boolean passing = e.getErrorCode() == ErrorCode.DATABASE_IS_IN_EXCLUSIVE_MODE
                        || e.getErrorCode() == ErrorCode.DATABASE_ALREADY_OPEN_1;
                if (!passing || attempt == OPEN_ATTEMPTS) {
                    throw new UncheckedSqlException(e);
                }
                pause(10L * attempt);
            }
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void discard(Handle handle) {
        uninterrupted(() -> {
            try {
                handle.getConnection().close();
            } catch (SQLException e) {
                return Optional.of(e);
            }
            return Optional.empty();
        });
    }

    /** Runs the work on a thread of the store; not at all for a database in memory. */
    void later(Runnable work) {
        if (threads != null) {
            threads.later(work);
        }
    }

    /**
     * Moves what is still needed out of mostly dead parts of the file, so that they can be written again. H2 does that by itself only
     * when it delays writes, which would lose commits.
     */
    void reclaimSpace() {
        if (keeper instanceof JdbcConnection connection && connection.getSession() instanceof SessionLocal session) {
            session.getDatabase().getStore().getMvStore().compact(RECLAIM_BELOW_PERCENT, RECLAIM_BYTES);
        }
    }

    /** Runs a command that ends the database, such as a shutdown; only for a database without transactions. */
    void shutdown(String command) {
        uninterrupted(() -> {
            try (var statement = keeper.createStatement()) {
                statement.execute(command);
                return true;
            } catch (SQLException e) {
                throw new UncheckedSqlException(e);
            }
        });
        closeThreads();
    }

    /** Closes the connections; H2 closes the file with the last one. */
    @Override
    public void close() {
        for (Handle handle = idle.pollFirst(); handle != null; handle = idle.pollFirst()) {
            discard(handle);
        }
        try {
            uninterrupted(() -> {
                try {
                    keeper.close();
                    return true;
                } catch (SQLException e) {
                    throw new UncheckedSqlException(e);
                }
            });
        } finally {
            closeThreads();
        }
    }

    private void closeThreads() {
        if (threads != null) {
            threads.close();
        }
    }

    /** An SQL exception where none can be declared; translated before it leaves the store. */
    static final class UncheckedSqlException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UncheckedSqlException(SQLException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
