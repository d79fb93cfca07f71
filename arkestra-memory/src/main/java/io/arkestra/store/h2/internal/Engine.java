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
import org.h2.mvstore.MVStoreException;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open database with what stands beside it: lock, ledger, right to write. Opens it again when it had to be closed. Thread-safe. */
final class Engine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final long CLOSE_PATIENCE_SECONDS = 10;
    private static final int COMMITS_PER_RECLAIM = 256;
    private static final String COMPACTING = "SHUTDOWN COMPACT";

    private final Home home;
    private final UUID store;
    private final Writer writer = new Writer();
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicLong commits = new AtomicLong();
    private final ReentrantLock syncing = new ReentrantLock();
    private volatile long synced;
    private long reclaimed;
    private volatile Database database;
    private volatile boolean broken;
    private volatile Recovery recovery = new Recovery(0, 0);

    /** How often the database was opened again, and how far it had come then. */
    private record Recovery(long number, long sequence) {}

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
            noteFailure(e);
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
            }
        } finally {
            gate.readLock().lock();
            gate.writeLock().unlock();
        }
    }

    /** A failure after which the database has to be opened again; one in memory would lose everything by that. */
    private void noteFailure(StoreException failure) {
        if (home.persistent() && SqlErrors.breaksDatabase(failure.getCause())) {
            broken = true;
        }
    }

    private void reopen() {
        try {
            database.close();
        } catch (RuntimeException e) {
            LOG.debug("The failed database {} could not be closed in order", home.where(), e);
        }
        openAgain();
        LOG.warn("The database {} was closed after an error and has been opened again", home.where());
    }

    private void openAgain() {
        Database again = home.openDatabase();
        try {
            long sequence = again.with("Opening", Engine::recordedSequence);
            if (sequence < writer.lastCommitted()) {
                throw home.truncated(sequence, writer.lastCommitted());
            }
            writer.startAt(sequence);
            recovery = new Recovery(recovery.number() + 1, sequence);
        } catch (RuntimeException e) {
            again.close();
            throw e;
        }
        database = again;
        broken = false;
    }

    /** A commit that failed: it may have reached the file all the same. */
    record Doubt(StoreException failure, long sequence, long recoveries) {}

    /** Call while the transaction still holds the right to write. */
    Doubt doubt(StoreException failure) {
        noteFailure(failure);
        return new Doubt(failure, writer.allocated(), recovery.number());
    }

    /** Opens the database again and looks: nobody else can have committed in between. */
    boolean committedAfterAll(Doubt doubt) {
        try {
            use(current -> true);
        } catch (StoreException e) {
            doubt.failure().addSuppressed(e);
            return false;
        }
        Recovery last = recovery;
        return last.number() == doubt.recoveries() + 1 && last.sequence() >= doubt.sequence();
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
                reclaimSpaceLater();
            }
        } finally {
            syncing.unlock();
        }
    }

    /** Every few hundred commits, on a thread of the store. Called by one thread at a time. */
    private void reclaimSpaceLater() {
        if (!home.persistent() || synced - reclaimed < COMMITS_PER_RECLAIM) {
            return;
        }
        reclaimed = synced;
        database.later(() -> {
            if (!gate.readLock().tryLock()) {
                return; // the store is being closed or compacted
            }
            try {
                if (!closed.get() && !broken) {
                    database.reclaimSpace();
                }
            } catch (MVStoreException e) {
                broken = true;
                LOG.warn("Reclaiming space in {} failed; the database will be opened again", home.where(), e);
            } finally {
                gate.readLock().unlock();
            }
        });
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
            home.checkSpaceForCompaction();
            broken = true; // until it is open again
            database.shutdown(COMPACTING);
            openAgain();
            home.expunged();
        } catch (Database.UncheckedSqlException e) {
            throw SqlErrors.translate("Compacting", home.where(), e);
        } finally {
            gate.writeLock().unlock();
        }
    }

    /** Call inside of a transaction: no compaction comes between this and its commit. */
    void expungeLater() {
        home.noteExpunged();
    }

    /** Rewrites the file if it holds bytes of what is to be gone from it. */
    void expunge() {
        checkOpen();
        if (home.holdsExpunged()) {
            compact();
        }
    }

    /** Copies that were made before a change of schema hold what was erased since. */
    void deleteOldBackups() {
        home.deleteOldBackups();
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
                    "The last checkpoint of {} failed while closing; committed documents are in the file: {}",
                    home.where(),
                    e.getMessage());
            LOG.debug("The last checkpoint failed", e);
        } finally {
            try {
                closeDatabase(alone);
            } finally {
                home.close();
                if (alone) {
                    gate.writeLock().unlock();
                }
            }
        }
    }

    private void closeDatabase(boolean alone) {
        if (!alone || broken || !home.holdsExpunged()) {
            database.close();
            return;
        }
        try {
            home.checkSpaceForCompaction();
            database.shutdown(COMPACTING);
        } catch (StoreException | Database.UncheckedSqlException e) {
            LOG.warn(
                    "What was forgotten could not be taken out of {} while closing; the next opening does it",
                    home.where(),
                    e);
            database.close();
            return;
        }
        home.expunged();
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
