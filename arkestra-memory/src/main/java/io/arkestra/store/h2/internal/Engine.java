package io.arkestra.store.h2.internal;

import io.arkestra.store.StoreException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open database with what stands beside it: lock, ledger, right to write. Opens it again when it had to be closed. Thread-safe. */
final class Engine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final long CLOSE_PATIENCE_SECONDS = 10;

    private final Home home;
    private final UUID store;
    private final Writer writer = new Writer();
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicLong commits = new AtomicLong();
    private final ReentrantLock syncing = new ReentrantLock();
    private volatile long synced;
    private volatile Database database;
    private volatile boolean broken;

    Engine(Home home, Database database, UUID store, long sequence) {
        this.home = home;
        this.database = database;
        this.store = store;
        writer.startAt(sequence);
    }

    Writer writer() {
        return writer;
    }

    /** Records, in the transaction that writes, how far the sequence has come. */
    static void recordSequence(Handle handle, Writer writer) {
        Sql.update(handle, "UPDATE \"arkestra_store\" SET \"sequence\"=? WHERE \"one\"=1", writer.allocated());
    }

    static long recordedSequence(Handle handle) {
        return Sql.number(handle, "SELECT \"sequence\" FROM \"arkestra_store\"");
    }

    /** Something was committed that {@link #sync} has to hand to the disk. */
    void touched() {
        commits.incrementAndGet();
    }

    void checkOpen() {
        if (closed.get()) {
            throw new StoreException("closed", "The store " + home.where() + " is closed");
        }
    }

    /** Runs the work while the database is sure to stay open. */
    <R> R use(Function<Database, R> work) {
        checkOpen();
        gate.readLock().lock();
        try {
            checkOpen();
            repairIfBroken();
            return work.apply(database);
        } catch (StoreException e) {
            if (e.getCause() != null && SqlErrors.breaksDatabase(e.getCause())) {
                broken = true;
            }
            throw e;
        } finally {
            gate.readLock().unlock();
        }
    }

    /** H2 closes a database that could not be written; everything committed is in the file, so it is opened again. */
    private void repairIfBroken() {
        if (!broken) {
            return;
        }
        if (gate.getReadHoldCount() > 1) {
            throw new StoreException(
                    "write-failed", "The database " + home.where() + " failed during this transaction, which is lost");
        }
        gate.readLock().unlock();
        gate.writeLock().lock();
        try {
            if (broken) {
                reopen();
                broken = false;
            }
        } finally {
            gate.readLock().lock();
            gate.writeLock().unlock();
        }
    }

    private void reopen() {
        try {
            database.close();
        } catch (RuntimeException e) {
            LOG.debug("The failed database {} could not be closed in order", home.where(), e);
        }
        Database again = home.openDatabase();
        try {
            long sequence = again.with("Opening", Engine::recordedSequence);
            if (sequence < writer.lastCommitted()) {
                throw home.truncated(sequence, writer.lastCommitted());
            }
            writer.startAt(sequence);
        } catch (RuntimeException e) {
            again.close();
            throw e;
        }
        database = again;
        LOG.warn("The database {} was closed after an error and has been opened again", home.where());
    }

    /** One checkpoint serves everybody whose commits came before it. */
    void sync() {
        checkOpen();
        long target = commits.get();
        if (synced >= target) {
            return;
        }
        syncing.lock();
        try {
            if (synced < target) {
                use(this::checkpoint);
            }
        } finally {
            syncing.unlock();
        }
    }

    private boolean checkpoint(Database current) {
        long upTo = commits.get();
        long sequence = writer.lastCommitted();
        if (home.persistent()) {
            current.with("A checkpoint", handle -> handle.execute("CHECKPOINT SYNC"));
            home.advanceLedger(sequence);
        }
        synced = upTo;
        return true;
    }

    /** Rewrites the file without the space that deleted documents left; everybody waits. */
    void compact() {
        checkOpen();
        if (!home.persistent()) {
            return;
        }
        gate.writeLock().lock();
        try {
            checkOpen();
            broken = true; // until it is open again
            database.shutdown("SHUTDOWN COMPACT");
            reopenQuietly();
            broken = false;
        } finally {
            gate.writeLock().unlock();
        }
    }

    private void reopenQuietly() {
        Database again = home.openDatabase();
        long sequence = again.with("Opening", Engine::recordedSequence);
        if (sequence < writer.lastCommitted()) {
            again.close();
            throw home.truncated(sequence, writer.lastCommitted());
        }
        database = again;
    }

    void backup(Path file, Instant now) {
        use(current -> {
            if (home.persistent()) {
                Backup.write(current, true, file, new Backup.Manifest(store, writer.lastCommitted(), now));
                return true;
            }
            // A script of a database in memory is only consistent while nobody writes.
            writer.begin();
            try {
                Backup.write(current, false, file, new Backup.Manifest(store, writer.lastCommitted(), now));
                return true;
            } finally {
                writer.end();
            }
        });
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        boolean alone = false;
        try {
            alone = waitForTransactions();
            if (!broken) {
                checkpoint(database);
            }
        } catch (StoreException e) {
            LOG.warn(
                    "The last checkpoint of {} failed while closing; committed documents are in the file",
                    home.where(),
                    e);
        } finally {
            try {
                database.close();
            } finally {
                home.close();
                if (alone) {
                    gate.writeLock().unlock();
                }
            }
        }
    }

    private boolean waitForTransactions() {
        boolean interrupted = false;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_PATIENCE_SECONDS);
        try {
            while (true) {
                try {
                    boolean alone = gate.writeLock().tryLock(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                    if (!alone) {
                        LOG.warn("Closing {} although transactions are still running; they will fail", home.where());
                    }
                    return alone;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
