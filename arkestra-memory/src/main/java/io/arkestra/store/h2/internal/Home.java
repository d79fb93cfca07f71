package io.arkestra.store.h2.internal;

import io.arkestra.store.StoreException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where a database lives: a locked directory with a ledger, or memory. */
final class Home implements AutoCloseable {
    static final String DATABASE = "arkestra";
    static final String FILE = DATABASE + ".mv.db";

    private static final String BEFORE_SCHEMA = "arkestra-before-schema-";

    /** There while the database holds bytes of what is to be gone from it. */
    static final String EXPUNGE = "arkestra.expunge";

    private static final String SETTINGS =
            ";DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0;TRACE_LEVEL_SYSTEM_OUT=0;LOCK_TIMEOUT=20000"
                    + ";QUERY_CACHE_SIZE=64;DEFAULT_NULL_ORDERING=LOW";

    private final @Nullable Path directory;
    private final @Nullable DirectoryLock lock;
    private final String url;
    private @Nullable Ledger ledger;

    private Home(@Nullable Path directory, @Nullable DirectoryLock lock, String url) {
        this.directory = directory;
        this.lock = lock;
        this.url = url;
    }

    static Home inMemory() {
        return new Home(null, null, "jdbc:h2:mem:arkestra-" + UUID.randomUUID() + SETTINGS);
    }

    static Home in(Path directory, DirectoryLock lock) {
        // A commit writes all pages that it changed; small pages halve what a small commit adds to the file.
        return new Home(directory, lock, url(directory.resolve(DATABASE)) + ";WRITE_DELAY=0;PAGE_SIZE=2048");
    }

    /** One that is neither locked nor opened; names it in messages. */
    static Home toLookInto(Path directory) {
        return new Home(directory, null, url(directory.resolve(DATABASE)));
    }

    /** @param database path of the file without {@code .mv.db} */
    static String url(Path database) {
        String path = database.toAbsolutePath().toString();
        if (path.contains(";")) {
            throw new StoreException(
                    "not-writable",
                    "The data directory " + database.getParent() + " has a ';' in its path; choose another home");
        }
        return "jdbc:h2:file:" + path + SETTINGS;
    }

    boolean persistent() {
        return directory != null;
    }

    String where() {
        return directory == null ? "in memory" : directory.resolve(FILE).toString();
    }

    Database openDatabase() {
        try {
            return Database.open(url, where(), persistent());
        } catch (Database.UncheckedSqlException e) {
            throw SqlErrors.translate("Opening the database", where(), e);
        }
    }

    /**
     * A compaction writes a second file beside the first; when that fails, H2 leaves the file and a thread behind.
     *
     * @throws StoreException when the disk has less space than the second file may take
     */
    void checkSpaceForCompaction() {
        if (directory == null) {
            return;
        }
        Path file = directory.resolve(FILE);
        try {
            long needed = Files.size(file);
            long usable = Files.getFileStore(directory).getUsableSpace();
            if (usable < needed) {
                throw new StoreException(
                        "disk-full",
                        "Compacting " + file + " may take " + needed + " bytes beside it, but its disk has only "
                                + usable + "; nothing was changed. Free some space and try again");
            }
        } catch (IOException e) {
            throw SqlErrors.translate("Compacting", file.toString(), e);
        }
    }

    /** Where a copy goes that is made before a change to this schema. */
    static Path backupBeforeSchema(Path directory, int schema) {
        return directory.resolve(BEFORE_SCHEMA + schema + ".zip");
    }

    void deleteOldBackups() {
        if (directory == null) {
            return;
        }
        try (DirectoryStream<Path> backups = Files.newDirectoryStream(directory, BEFORE_SCHEMA + "*.zip")) {
            for (Path backup : backups) {
                Files.delete(backup);
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new StoreException(
                    "not-writable",
                    "A copy of the database that was made before a change of schema could not be deleted from "
                            + directory + ": " + e.getMessage() + "; delete it, it may hold what was erased",
                    false,
                    e);
        }
    }

    /** Whether the database holds bytes of what is to be gone from it. */
    boolean holdsExpunged() {
        return directory != null && Files.exists(directory.resolve(EXPUNGE));
    }

    /** Writes down that the database holds bytes of what is to be gone from it; survives the end of the process and of power. */
    void noteExpunged() {
        if (directory == null || holdsExpunged()) {
            return;
        }
        Path note = directory.resolve(EXPUNGE);
        // Not a channel: whoever forgets may be interrupted, which would close it.
        try (RandomAccessFile file = new RandomAccessFile(note.toFile(), "rw")) {
            file.getFD().sync();
        } catch (IOException e) {
            throw SqlErrors.translate("Forgetting", note.toString(), e);
        }
    }

    /** The database was written anew: copies of what it was go too. */
    void expunged() {
        if (directory == null || !holdsExpunged()) {
            return;
        }
        deleteOldBackups();
        try {
            Files.delete(directory.resolve(EXPUNGE));
        } catch (IOException e) {
            throw DirectoryLock.notWritable(directory, e);
        }
    }

    void openLedger(UUID store, long sequence) {
        if (directory != null) {
            ledger = Ledger.open(directory, store, sequence);
        }
    }

    void advanceLedger(long sequence) {
        Ledger open = ledger;
        if (open != null) {
            open.advance(sequence);
        }
    }

    StoreException truncated(long found, long expected) {
        return new StoreException(
                "truncated",
                "The database " + where() + " ends at sequence " + found + ", but sequence " + expected
                        + " was already on the disk: the file was truncated or replaced by an older one. Restore a backup, or"
                        + " accept the loss by opening once with the setting acceptLoss=true");
    }

    @Override
    public void close() {
        try {
            if (ledger != null) {
                ledger.close();
            }
        } finally {
            if (lock != null) {
                lock.close();
            }
        }
    }
}
