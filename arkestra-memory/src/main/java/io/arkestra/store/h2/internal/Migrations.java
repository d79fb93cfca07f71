package io.arkestra.store.h2.internal;

import io.arkestra.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/**
 * Brings the store's own tables to the present form: SQL resources in the order of an index resource, each recorded with its checksum.
 * A statement of definition commits by itself in H2, so each migration must do no harm when it runs again.
 */
final class Migrations {
    private static final Pattern FILE = Pattern.compile("V(\\d{3})__([a-z0-9_]+)\\.sql");

    /** One step. */
    record Migration(int version, String name, String checksum, List<String> statements) {}

    private final List<Migration> known;

    private Migrations(List<Migration> known) {
        this.known = known;
    }

    /** Reads the migrations that {@code index.txt} in a resource directory lists. */
    static Migrations load(String directory) {
        List<Migration> migrations = new ArrayList<>();
        for (String line : resource(directory + "/index.txt").lines().toList()) {
            Matcher file = FILE.matcher(line.strip());
            if (line.isBlank()) {
                continue;
            }
            if (!file.matches() || Integer.parseInt(file.group(1)) != migrations.size() + 1) {
                throw new IllegalStateException("Line '" + line + "' of " + directory
                        + "/index.txt should name migration " + (migrations.size() + 1) + " as V###__name.sql");
            }
            String sql = resource(directory + "/" + line.strip()).replace("\r\n", "\n");
            List<String> statements = Pattern.compile(";\\s*(\\n|$)")
                    .splitAsStream(sql)
                    .filter(part -> !part.isBlank())
                    .toList();
            migrations.add(new Migration(migrations.size() + 1, file.group(2), sha256(sql), statements));
        }
        return new Migrations(List.copyOf(migrations));
    }

    int latest() {
        return known.size();
    }

    /** The recorded versions with their checksums; empty when the table is not there. */
    static Map<Integer, String> applied(Handle handle) {
        Map<Integer, String> applied = new TreeMap<>();
        if (Sql.number(handle, "SELECT COUNT(*) FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME='arkestra_schema'")
                == 1) {
            Sql.list(
                    handle,
                    "SELECT \"version\",\"checksum\" FROM \"arkestra_schema\"",
                    (row, context) -> applied.put(row.getInt(1), row.getString(2)));
        }
        return applied;
    }

    /** Refuses a database that a newer program migrated, or whose migrations were others than ours. */
    void check(Map<Integer, String> applied, String where) {
        applied.forEach((version, checksum) -> {
            if (version > known.size()) {
                throw new StoreException(
                        "newer-schema",
                        "The database " + where + " is at schema " + version + ", but this program knows only schema "
                                + known.size() + ". Use the newer program, or restore a backup made before it ran");
            }
            Migration migration = known.get(version - 1);
            if (!migration.checksum().equals(checksum)) {
                throw new StoreException(
                        "changed-migration",
                        "Migration V" + String.format("%03d", version) + " (" + migration.name() + ") was applied to "
                                + where
                                + " with checksum " + checksum + ", but this program has " + migration.checksum()
                                + ". Use the program that wrote the database");
            }
        });
    }

    boolean pending(Map<Integer, String> applied) {
        return applied.size() < known.size();
    }

    /** Applies what is missing. */
    void apply(Handle handle, long now) {
        handle.execute("CREATE TABLE IF NOT EXISTS \"arkestra_schema\"(\"version\" INTEGER NOT NULL PRIMARY KEY,"
                + "\"name\" VARCHAR(100) NOT NULL,\"checksum\" VARCHAR(64) NOT NULL,\"applied_at\" BIGINT NOT NULL)");
        Map<Integer, String> applied = applied(handle);
        for (Migration migration : known) {
            if (!applied.containsKey(migration.version())) {
                migration.statements().forEach(handle::execute);
                Sql.update(
                        handle,
                        "INSERT INTO \"arkestra_schema\"(\"version\",\"name\",\"checksum\",\"applied_at\") VALUES(?,?,?,?)",
                        migration.version(),
                        migration.name(),
                        migration.checksum(),
                        now);
                Database.commit(handle);
            }
        }
    }

    private static String resource(String path) {
        try (InputStream in = Migrations.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("Resource " + path + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Resource " + path + " cannot be read", e);
        }
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
