package io.arkestra.store.h2.internal;

import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.Owner;
import io.arkestra.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.h2.mvstore.MVStoreTool;
import org.jdbi.v3.core.Handle;

/**
 * Opens a database after making sure that it is the right one, whole, and ours to use. A file that is refused is left as it is. Works on a
 * thread that nobody else knows: an interrupt closes the channel of a file that is being read, which looks like a damaged one.
 */
final class Opening {
    private static final String MIGRATIONS = "/io/arkestra/store/h2/migrations";

    /** A database that is being made; it gets its name when it is complete, so a crash leaves no half of one. */
    private static final String UNFINISHED = "arkestra-unfinished";

    private final Clock clock;
    private final boolean acceptLoss;
    private final Consumer<String> warn;
    private final Migrations migrations;
    private final Vault vault;

    Opening(Clock clock, boolean acceptLoss, Consumer<String> warn, Vault vault) {
        this(clock, acceptLoss, warn, Migrations.load(MIGRATIONS), vault);
    }

    Opening(Clock clock, boolean acceptLoss, Consumer<String> warn, Migrations migrations, Vault vault) {
        this.vault = vault;
        this.clock = clock;
        this.acceptLoss = acceptLoss;
        this.warn = warn;
        this.migrations = migrations;
    }

    Engine inMemory() {
        Home home = Home.inMemory();
        Database database = home.openDatabase();
        Identity identity = database.with("Creating the store", handle -> create(handle, 0));
        return new Engine(home, database, identity.store(), identity.sequence());
    }

    Engine inDirectory(Path directory) {
        return uninterrupted(() -> opened(directory));
    }

    private static <T> T uninterrupted(Callable<T> work) {
        try (StatementThreads thread = new StatementThreads(1)) {
            return thread.call(work);
        }
    }

    private Engine opened(Path directory) {
        DirectoryLock lock = DirectoryLock.acquire(directory, clock.instant());
        Home home = Home.in(directory, lock);
        boolean opened = false;
        try {
            Engine engine = open(directory, home);
            opened = true;
            finishExpunging(engine);
            return engine;
        } finally {
            if (!opened) {
                home.close();
            }
        }
    }

    /** The process that forgot something did not get to rewriting the file. What can be read must be, so a failure is only told. */
    private void finishExpunging(Engine engine) {
        try {
            engine.expunge();
        } catch (StoreException e) {
            warn.accept("What an earlier process forgot could not be taken out of the database's file: "
                    + e.getMessage() + ". It is tried again at the next sleep, close and opening");
        }
    }

    /** A document as it is. Changes nothing but the lock file, and is refused where opening would be. */
    Optional<Doc> look(Path directory, CollectionSpec collection, Owner owner, String id) {
        return uninterrupted(() -> looked(directory, collection, owner, id));
    }

    private Optional<Doc> looked(Path directory, CollectionSpec collection, Owner owner, String id) {
        Path file = directory.resolve(Home.FILE);
        Optional<Ledger.State> ledger = Ledger.read(directory);
        if (Files.notExists(file) && ledger.isEmpty()) {
            throw new StoreException("absent", "There are no documents in " + directory);
        }
        Optional<DirectoryLock> lock = lockToLook(directory);
        try {
            Home home = Home.toLookInto(directory);
            if (Files.notExists(file)) {
                throw missing(file, ledger.get().sequence());
            }
            StoreFile.Look<Optional<Doc>> found = StoreFile.look(
                    file,
                    migrations,
                    vault,
                    handle -> StoreFile.document(handle, vault, collection, owner, id, Micros.of(clock.instant())));
            check(found.identity(), file, home, ledger);
            return found.found();
        } finally {
            lock.ifPresent(DirectoryLock::close);
        }
    }

    /** Where nothing can be written nobody can open the store either, and looking needs no lock. */
    private Optional<DirectoryLock> lockToLook(Path directory) {
        try {
            return Optional.of(DirectoryLock.acquire(directory, clock.instant()));
        } catch (StoreException e) {
            if (e.code().equals("store.not-writable")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Engine open(Path directory, Home home) {
        Backup.deleteAbandoned(directory);
        Optional<Ledger.State> ledger = Ledger.read(directory);
        Path file = directory.resolve(Home.FILE);
        MVStoreTool.compactCleanUp(file.toString()); // ends a compaction that a crash interrupted
        if (Files.exists(file)) {
            check(file, home, ledger);
        } else {
            createFile(directory, file, ledger);
        }
        Database database = home.openDatabase();
        boolean opened = false;
        try {
            migrate(directory, database);
            Identity identity = database.with("Opening", Identity::stored);
            long sequence = Math.max(
                    identity.sequence(), ledger.map(Ledger.State::sequence).orElse(0L));
            if (sequence > identity.sequence()) {
                acceptLoss(database, identity, sequence);
            }
            home.openLedger(identity.store(), sequence);
            opened = true;
            return new Engine(home, database, identity.store(), sequence);
        } finally {
            if (!opened) {
                database.close();
            }
        }
    }

    /** Reads the database without changing anything, and refuses it unless it is ours and complete. */
    private void check(Path file, Home home, Optional<Ledger.State> ledger) {
        check(StoreFile.inspect(file, migrations, vault), file, home, ledger);
    }

    private void check(Identity identity, Path file, Home home, Optional<Ledger.State> ledger) {
        if (ledger.isEmpty()) {
            if (identity.sequence() > 0) {
                warn.accept("The database " + file
                        + " has no ledger beside it, so a truncation could not be noticed; opening it"
                        + " writes a new one");
            }
            return;
        }
        if (!ledger.get().store().equals(identity.store()) && !acceptLoss) {
            throw new StoreException(
                    "foreign",
                    "The database " + file + " is store " + identity.store()
                            + ", but the ledger beside it belongs to store "
                            + ledger.get().store()
                            + ": the file was replaced. Put the right file back, restore a backup into an"
                            + " empty directory, or accept this one by opening once with the setting acceptLoss=true");
        }
        if (identity.sequence() < ledger.get().sequence() && !acceptLoss) {
            throw home.truncated(identity.sequence(), ledger.get().sequence());
        }
    }

    private void createFile(Path directory, Path file, Optional<Ledger.State> ledger) {
        if (ledger.isPresent() && !acceptLoss) {
            throw missing(file, ledger.get().sequence());
        }
        Path unfinished = directory.resolve(UNFINISHED + ".mv.db");
        try {
            Files.deleteIfExists(unfinished);
            try (Database database = Database.open(Home.url(directory.resolve(UNFINISHED)), file.toString(), true)) {
                database.with("Creating the store", handle -> create(handle, 0));
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw DirectoryLock.notWritable(directory, e);
        } catch (Database.UncheckedSqlException e) {
            throw SqlErrors.translate("Creating the database", file.toString(), e);
        }
    }

    private static StoreException missing(Path file, long sequence) {
        return new StoreException(
                "truncated",
                "The database " + file + " is missing, but its ledger says that sequence " + sequence
                        + " was already on the disk. Put the file back, restore a backup into an empty directory, or start"
                        + " empty by opening once with the setting acceptLoss=true");
    }

    private void migrate(Path directory, Database database) {
        Map<Integer, String> applied = database.with("Opening", Migrations::applied);
        if (!migrations.pending(applied)) {
            return;
        }
        Identity identity = database.with("Opening", Identity::stored);
        Path backup = Home.backupBeforeSchema(directory, migrations.latest());
        if (Files.notExists(backup)) {
            Backup.write(
                    database,
                    true,
                    backup,
                    new Backup.Manifest(identity.store(), identity.sequence(), clock.instant()));
        }
        database.with("Migrating", handle -> {
            migrations.apply(handle, Micros.of(clock.instant()));
            return true;
        });
    }

    /** What was lost keeps its sequences, so that no sequence ever means two changes. */
    private void acceptLoss(Database database, Identity identity, long sequence) {
        warn.accept("The store lost what was between sequence " + identity.sequence() + " and " + sequence
                + "; this was accepted by the setting acceptLoss");
        database.with(
                "Opening",
                handle -> Sql.update(handle, "UPDATE \"arkestra_store\" SET \"sequence\"=? WHERE \"one\"=1", sequence));
    }

    private Identity create(Handle handle, long sequence) {
        migrations.apply(handle, Micros.of(clock.instant()));
        Sql.update(
                handle,
                "INSERT INTO \"arkestra_store\"(\"one\",\"uuid\",\"sequence\") VALUES(1,?,?)",
                UUID.randomUUID().toString(),
                sequence);
        return Identity.stored(handle);
    }

    /** Fills a directory without a store from a backup. */
    void restore(Path backup, Path directory) {
        uninterrupted(() -> {
            restored(backup, directory);
            return true;
        });
    }

    private void restored(Path backup, Path directory) {
        DirectoryLock lock = DirectoryLock.acquire(directory, clock.instant());
        try {
            Path file = directory.resolve(Home.FILE);
            if (Files.exists(file) || Files.exists(directory.resolve(Ledger.FILE))) {
                throw new StoreException(
                        "not-empty",
                        "The data directory " + directory + " holds a store already; restore into an empty directory");
            }
            fill(backup, directory, file);
        } catch (IOException e) {
            throw DirectoryLock.notWritable(directory, e);
        } finally {
            lock.close();
        }
    }

    private void fill(Path backup, Path directory, Path file) throws IOException {
        Path unfinished = directory.resolve(UNFINISHED + ".mv.db");
        try {
            Backup.Manifest manifest = Backup.unpack(backup, unfinished);
            Identity identity = StoreFile.inspect(unfinished, migrations, vault);
            if (!identity.store().equals(manifest.store()) || identity.sequence() < manifest.sequence()) {
                throw Backup.incomplete(backup, "its database is not the one that its manifest names", null);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            Ledger.open(directory, identity.store(), identity.sequence()).close();
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }
}
