package io.arkestra.store.h2.internal;

import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.Owner;
import io.arkestra.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.h2.api.ErrorCode;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** A database file that nobody has open. Looks at it without changing it. */
final class StoreFile {
    private static final int BLOCK = 4096;
    private static final String SUFFIX = ".mv.db";

    private StoreFile() {}

    /**
     * Which store the file is.
     *
     * @throws StoreException when it is damaged, of somebody else, or newer than this program
     */
    static Identity inspect(Path file, Migrations migrations, Vault vault) {
        checkHeader(file);
        if (!Files.isWritable(file)) {
            throw new StoreException(
                    "not-writable", "The database " + file + " cannot be written; change its permissions");
        }
        return look(file, migrations, vault, handle -> true).identity();
    }

    /** What was found, and in which store. */
    record Look<T>(Identity identity, T found) {}

    /**
     * Reads something of the file.
     *
     * @throws StoreException when it is damaged, of somebody else, or newer than this program
     */
    static <T> Look<T> look(Path file, Migrations migrations, Vault vault, Function<Handle, T> work) {
        checkHeader(file);
        checkSystemTable(file);
        String name = file.toString();
        String url = Home.url(Path.of(name.substring(0, name.length() - SUFFIX.length())))
                + ";ACCESS_MODE_DATA=r;IFEXISTS=TRUE";
        try (Database database = Database.open(url, name, true)) {
            return database.with("Checking", handle -> {
                Map<Integer, String> applied = Migrations.applied(handle);
                if (applied.isEmpty()) {
                    throw new StoreException(
                            "foreign",
                            "The database " + file + " was not made by Arkestra; move it away, or choose another home");
                }
                migrations.check(applied, name);
                vault.check(handle, name);
                return new Look<>(Identity.stored(handle), work.apply(handle));
            });
        } catch (Database.UncheckedSqlException e) {
            throw refused(file, e);
        } catch (StoreException e) {
            Throwable cause = e.getCause();
            throw cause == null ? e : refused(file, cause);
        }
    }

    /** H2 takes an empty file for a new database, and keeps a short one locked after refusing it. */
    private static void checkHeader(Path file) {
        if (!Files.isRegularFile(file)) {
            throw damaged(file, "it is not a regular file", null);
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(2 * BLOCK);
            if (start.length < 2 * BLOCK) {
                throw damaged(file, "it has only " + start.length + " bytes", null);
            }
            if (!isHeader(start, 0) && !isHeader(start, BLOCK)) {
                throw damaged(file, "it does not start like an H2 database", null);
            }
        } catch (IOException e) {
            throw damaged(file, "it cannot be read: " + e.getMessage(), e);
        }
    }

    /** A document of a collection that may not have been defined yet. */
    static Optional<Doc> document(
            Handle handle, Vault vault, CollectionSpec collection, Owner owner, String id, long now) {
        CollectionTable table = new CollectionTable(collection);
        if (Sql.number(handle, "SELECT COUNT(*) FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME=?", "d_" + table.name)
                == 0) {
            return Optional.empty();
        }
        return Optional.ofNullable(DocRows.get(handle, table, owner, id, now, new Keys(vault, handle)));
    }

    /** H2 wants to write into a file without its table of tables, even when it may only read, and keeps the file locked then. */
    private static void checkSystemTable(Path file) {
        try (MVStore chunks =
                new MVStore.Builder().fileName(file.toString()).readOnly().open()) {
            if (!chunks.hasMap("table.0")) {
                throw damaged(file, "it holds no tables", null);
            }
        } catch (MVStoreException e) {
            if (e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED) {
                throw inUse(file, e);
            }
            throw damaged(file, SqlErrors.rootMessage(e), e);
        }
    }

    private static boolean isHeader(byte[] bytes, int at) {
        return new String(bytes, at, 4, StandardCharsets.ISO_8859_1).startsWith("H:");
    }

    private static StoreException refused(Path file, Throwable failure) {
        int code = SqlErrors.code(failure);
        if (code == ErrorCode.WRONG_USER_OR_PASSWORD) {
            return new StoreException(
                    "foreign",
                    "The database " + file + " was not made by Arkestra; move it away, or choose another home",
                    false,
                    failure);
        }
        if (code == ErrorCode.DATABASE_ALREADY_OPEN_1) {
            return inUse(file, failure);
        }
        return damaged(file, SqlErrors.rootMessage(failure), failure);
    }

    private static StoreException inUse(Path file, Throwable failure) {
        return new StoreException(
                "in-use", "The database " + file + " is opened by another program; close it there", true, failure);
    }

    private static StoreException damaged(Path file, String why, @Nullable Throwable failure) {
        return new StoreException(
                "damaged",
                "The database " + file + " is damaged (" + why + "). It was left as it is; move it away with the "
                        + Ledger.FILE + " beside it and restore a backup",
                false,
                failure);
    }
}
