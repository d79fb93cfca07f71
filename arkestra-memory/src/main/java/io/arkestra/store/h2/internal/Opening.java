package io.arkestra.store.h2.internal;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/** Opens a database after making sure that it is the right one, whole, and ours to use. A file that is refused is left as it is. */
final class Opening {
    private static final String MIGRATIONS = "/io/arkestra/store/h2/migrations";

    private final Clock clock;
    private final boolean acceptLoss;
    private final Consumer<String> warn;
    private final Migrations migrations;

    private record Identity(UUID store, long sequence) {}

    Opening(Clock clock, boolean acceptLoss, Consumer<String> warn) {
        this(clock, acceptLoss, warn, Migrations.load(MIGRATIONS));
    }

    Opening(Clock clock, boolean acceptLoss, Consumer<String> warn, Migrations migrations) {
        this.clock = clock;
        this.acceptLoss = acceptLoss;
        this.warn = warn;
        this.migrations = migrations;
    }

    Engine inMemory() {
        Home home = Home.inMemory();
        Database database = home.openDatabase();
        Identity identity = database.with("Creating the store", handle -> prepare(handle, 0));
        return new Engine(home, database, identity.store(), identity.sequence());
    }

    Engine inDirectory(Path directory) {
        DirectoryLock lock = DirectoryLock.acquire(directory, clock.instant());
        Home home = Home.in(directory, lock);
        boolean opened = false;
        try {
            Engine engine = open(directory, home);
            opened = true;
            return engine;
        } finally {
            if (!opened) {
                home.close();
            }
        }
    }

    private Engine open(Path directory, Home home) {
        Optional<Ledger.State> ledger = Ledger.read(directory);
        Database database = home.openDatabase();
        Identity identity = database.with(
                "Opening",
                handle -> prepare(handle, ledger.map(Ledger.State::sequence).orElse(0L)));
        home.openLedger(identity.store(), identity.sequence());
        return new Engine(home, database, identity.store(), identity.sequence());
    }

    /** Brings the store's own tables to the present form and says which store it is. */
    private Identity prepare(Handle handle, long atLeast) {
        Map<Integer, String> applied = Migrations.applied(handle);
        migrations.check(applied, "database");
        migrations.apply(handle, Micros.of(clock.instant()));
        Identity identity = Sql.first(
                handle,
                "SELECT \"uuid\",\"sequence\" FROM \"arkestra_store\"",
                (row, context) -> new Identity(UUID.fromString(row.getString(1)), row.getLong(2)));
        if (identity == null) {
            identity = new Identity(UUID.randomUUID(), atLeast);
            Sql.update(
                    handle,
                    "INSERT INTO \"arkestra_store\"(\"one\",\"uuid\",\"sequence\") VALUES(1,?,?)",
                    identity.store().toString(),
                    identity.sequence());
        }
        return identity;
    }
}
