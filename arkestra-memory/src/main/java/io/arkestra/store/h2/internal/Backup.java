package io.arkestra.store.h2.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Json;
import io.arkestra.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * A backup is a zip of the database file and, last, a manifest that says which store it is, how far it had come, and the file's size
 * and SHA-256. A zip that was cut off has no manifest.
 */
final class Backup {
    private static final String MANIFEST = "arkestra.json";
    private static final int FORMAT = 1;

    /**
     * What a backup says about itself.
     *
     * @param store identity of the database
     * @param sequence the database is at this sequence or a later one
     * @param madeAt when
     */
    record Manifest(UUID store, long sequence, Instant madeAt) {}

    private record Checked(long size, String sha256) {}

    private static final String SCRATCH = ".arkestra-backup-";

    private Backup() {}

    /** Writes a backup of a database that may be in use. An in-memory one must be kept from changing meanwhile. */
    static void write(Database database, boolean persistent, Path target, Manifest manifest) {
        Path file = target.toAbsolutePath();
        Path parent = file.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new StoreException(
                    "backup-target",
                    "The backup " + file + " cannot be written: its directory does not exist; create it first");
        }
        if (Files.exists(file)) {
            throw new StoreException(
                    "backup-target", "The backup " + file + " exists already; choose another name, or delete it first");
        }
        Path scratch = null;
        try {
            scratch = Files.createTempDirectory(parent, SCRATCH);
            Path copy = persistent ? copyOfFile(database, scratch) : copyOfMemory(database, scratch);
            Path zip = scratch.resolve("backup.zip");
            pack(copy, zip, manifest);
            Files.move(zip, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            if (e instanceof StoreException known && known.getCause() == null) {
                throw known;
            }
            if (SqlErrors.isDiskFull(e)) {
                throw new StoreException(
                        "disk-full",
                        "The backup " + file + " does not fit on its disk; the store itself is unharmed",
                        false,
                        e);
            }
            throw new StoreException(
                    "backup-failed",
                    "The backup " + file + " could not be written: " + SqlErrors.rootMessage(e)
                            + "; the store itself is unharmed",
                    false,
                    e);
        } finally {
            deleteAll(scratch);
        }
    }

    private static Path copyOfFile(Database database, Path scratch) throws IOException {
        Path zip = scratch.resolve("h2.zip");
        database.with("A backup", handle -> Sql.update(handle, "BACKUP TO ?", zip.toString()));
        Path copy = scratch.resolve(Home.FILE);
        try (ZipFile packed = new ZipFile(zip.toFile())) {
            ZipEntry entry = packed.stream()
                    .filter(candidate -> candidate.getName().endsWith(".mv.db"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("H2 wrote a backup without a database"));
            try (InputStream in = packed.getInputStream(entry)) {
                Files.copy(in, copy);
            }
        }
        Files.delete(zip);
        return copy;
    }

    private static Path copyOfMemory(Database database, Path scratch) {
        Path script = scratch.resolve("script.sql");
        database.with(
                "A backup",
                handle -> Sql.list(
                        handle,
                        "SCRIPT NOPASSWORDS NOSETTINGS TO ? CHARSET 'UTF-8'",
                        (row, context) -> row.getString(1),
                        script.toString()));
        try (Database copy = Database.open(Home.url(scratch.resolve(Home.DATABASE)), scratch.toString(), true)) {
            copy.with("A backup", handle -> handle.execute("RUNSCRIPT FROM ? CHARSET 'UTF-8'", script.toString()));
        }
        return scratch.resolve(Home.FILE);
    }

    private static void pack(Path database, Path zip, Manifest manifest) throws IOException {
        try (OutputStream out = Files.newOutputStream(zip);
                ZipOutputStream packed = new ZipOutputStream(out)) {
            packed.putNextEntry(new ZipEntry(Home.FILE));
            Checked checked;
            try (InputStream in = Files.newInputStream(database)) {
                checked = copy(in, packed);
            }
            packed.closeEntry();
            packed.putNextEntry(new ZipEntry(MANIFEST));
            Json text = Json.object()
                    .put("format", FORMAT)
                    .put("store", manifest.store().toString())
                    .put("sequence", manifest.sequence())
                    .put("madeAt", manifest.madeAt())
                    .put("size", checked.size())
                    .put("sha256", checked.sha256())
                    .build();
            packed.write(text.pretty().getBytes(StandardCharsets.UTF_8));
            packed.closeEntry();
        }
        force(zip);
    }

    /** Unpacks a backup's database to a new file and checks it against the manifest. */
    static Manifest unpack(Path backup, Path database) {
        try (ZipFile packed = new ZipFile(backup.toFile())) {
            ZipEntry manifestEntry = packed.getEntry(MANIFEST);
            ZipEntry databaseEntry = packed.getEntry(Home.FILE);
            if (manifestEntry == null || databaseEntry == null) {
                throw incomplete(backup, "it holds no " + (manifestEntry == null ? MANIFEST : Home.FILE), null);
            }
            Json manifest;
            try (InputStream in = packed.getInputStream(manifestEntry)) {
                manifest = Json.parse(new String(in.readNBytes(100_000), StandardCharsets.UTF_8));
            }
            if (manifest.integer("format").orElse(0L) != FORMAT) {
                throw incomplete(backup, "its format is not " + FORMAT, null);
            }
            Checked checked;
            try (InputStream in = packed.getInputStream(databaseEntry);
                    OutputStream out = Files.newOutputStream(database)) {
                checked = copy(in, out);
            }
            force(database);
            if (!checked.sha256().equals(manifest.text("sha256"))) {
                throw incomplete(backup, "its database does not have the SHA-256 that its manifest names", null);
            }
            return new Manifest(
                    UUID.fromString(manifest.text("store")),
                    manifest.integer("sequence").orElse(0L),
                    manifest.instant("madeAt").orElse(Instant.EPOCH));
        } catch (StoreException e) {
            throw e;
        } catch (IOException | IllegalArgumentException | ArkestraException e) {
            if (SqlErrors.isDiskFull(e)) {
                throw SqlErrors.translate("Restoring", database.toString(), e);
            }
            throw incomplete(backup, SqlErrors.rootMessage(e), e);
        }
    }

    static StoreException incomplete(Path backup, String why, @org.jspecify.annotations.Nullable Exception cause) {
        return new StoreException(
                "backup-damaged",
                "The backup " + backup + " is missing, damaged or not a backup of this store (" + why
                        + "); nothing was restored. Use another backup",
                false,
                cause);
    }

    private static Checked copy(InputStream in, OutputStream out) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            // Not closed: closing it would close the zip.
            DigestOutputStream hashed = new DigestOutputStream(out, digest);
            long size = in.transferTo(hashed);
            return new Checked(size, HexFormat.of().formatHex(digest.digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void force(Path file) throws IOException {
        try (java.io.RandomAccessFile open = new java.io.RandomAccessFile(file.toFile(), "rw")) {
            open.getFD().sync();
        }
    }

    /** What a process that was killed left of a copy in its own home, such as the one before a change of schema. */
    static void deleteAbandoned(Path home) {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(home, SCRATCH + "*")) {
            for (Path scratch : found) {
                if (Files.isDirectory(scratch)) {
                    deleteAll(scratch);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw DirectoryLock.notWritable(home, e);
        }
    }

    private static void deleteAll(@org.jspecify.annotations.Nullable Path directory) {
        if (directory == null) {
            return;
        }
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("The scratch directory " + directory + " could not be deleted", e);
        }
    }
}
