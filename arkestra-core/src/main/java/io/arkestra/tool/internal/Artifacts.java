package io.arkestra.tool.internal;

import io.arkestra.common.Json;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import io.arkestra.tool.Artifact;
import io.arkestra.tool.ArtifactWriter;
import io.arkestra.tool.ToolException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Files that calls make for users. Each user has a directory whose name tells nothing to who does not know the user; files appear there
 * whole or not at all. Thread-safe.
 */
public final class Artifacts implements AutoCloseable {
    /** What there is, by id of the artifact. Stays behind when a person is taken elsewhere, as the files do. */
    public static final CollectionSpec COLLECTION = CollectionSpec.builder("artifacts")
            .field("turn", FieldType.STRING)
            .orderedIndex("turn")
            .derived()
            .build();

    private static final int LONGEST_NAME = 200;

    /**
     * What a call may write.
     *
     * @param bytes length of a file
     * @param files number of files
     */
    public record Limits(long bytes, int files) {
        /** 100 MB, 32 files. */
        public static final Limits DEFAULT = new Limits(100_000_000, 32);

        public Limits {
            if (bytes < 1 || files < 1) {
                throw new io.arkestra.common.ConfigException(
                        "A call may write " + files + " files of " + bytes + " bytes; expected at least 1 of each");
            }
        }
    }

    private final DocStore store;
    private final Limits limits;
    private final boolean temporary;
    private @Nullable Path root;

    private Artifacts(DocStore store, @Nullable Path root, boolean temporary, Limits limits) {
        this.store = store;
        this.root = root;
        this.temporary = temporary;
        this.limits = limits;
        store.define(COLLECTION);
    }

    /** Files in a directory, which is made when there is something to keep. */
    public static Artifacts in(Path directory, DocStore store, Limits limits) {
        return new Artifacts(store, directory, false, limits);
    }

    /** Files in a directory for temporary files, deleted by {@link #close}. */
    public static Artifacts temporary(DocStore store, Limits limits) {
        return new Artifacts(store, null, true, limits);
    }

    /** What one call keeps its files with. Stops working when it is ended. */
    final class OfCall implements ArtifactWriter {
        private final UserId user;
        private final TurnId turn;
        private final String call;
        private final List<Artifact> written = new ArrayList<>();
        private boolean ended;

        private OfCall(UserId user, TurnId turn, String call) {
            this.user = user;
            this.turn = turn;
            this.call = call;
        }

        @Override
        public synchronized Artifact write(String name, String mediaType, InputStream content) {
            if (ended) {
                throw new ToolException(ToolException.Reason.NOT_SUPPORTED, "Files are kept only while a call runs");
            }
            if (written.size() >= limits.files()) {
                throw new ToolException(
                        ToolException.Reason.FAILED, "A call may keep " + limits.files() + " files, and has done so");
            }
            Artifact artifact = kept(user, checked(name), mediaType, content);
            Json body = Json.object()
                    .put("turn", turn.value())
                    .put("call", call)
                    .put("name", artifact.name())
                    .put("mediaType", artifact.mediaType())
                    .put("bytes", artifact.bytes())
                    .put("sha256", artifact.sha256())
                    .build();
            store.inTransaction(tx -> tx.put(COLLECTION.name(), DocWrite.of(Owner.of(user), artifact.id(), body)));
            written.add(artifact);
            return artifact;
        }

        /** What was written; nothing can be added from now on. */
        synchronized List<Artifact> end() {
            ended = true;
            return List.copyOf(written);
        }
    }

    OfCall of(UserId user, TurnId turn, String call) {
        return new OfCall(user, turn, call);
    }

    private static String checked(String name) {
        boolean bad = name.isBlank()
                || name.length() > LONGEST_NAME
                || name.startsWith(".")
                || name.chars().anyMatch(c -> c == '/' || c == '\\' || c == ':' || Character.isISOControl(c));
        if (bad) {
            throw new ToolException(
                    ToolException.Reason.INVALID_ARGUMENTS,
                    "'" + name + "' cannot be the name of a file to keep; expected 1 to " + LONGEST_NAME
                            + " characters without / \\ : and control characters that do not begin with a dot");
        }
        return name;
    }

    private Artifact kept(UserId user, String name, String mediaType, InputStream content) {
        String id = UUID.randomUUID().toString();
        Path unfinished = null;
        try {
            Path directory = Files.createDirectories(directory(user));
            // The name that is shown is not the file's: two calls may use the same one.
            Path file = directory.resolve(file(id, name));
            unfinished = directory.resolve(id + ".part");
            MessageDigest digest = sha256();
            long bytes = copied(name, content, unfinished, digest);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            return new Artifact(id, name, mediaType, bytes, HexFormat.of().formatHex(digest.digest()), file);
        } catch (IOException | UncheckedIOException e) {
            deleted(unfinished);
            throw new ToolException(ToolException.Reason.FAILED, "'" + name + "' could not be kept: " + e, e);
        } catch (RuntimeException e) {
            deleted(unfinished);
            throw e;
        }
    }

    private long copied(String name, InputStream content, Path file, MessageDigest digest) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long bytes = 0;
        try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), digest)) {
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                bytes += read;
                if (bytes > limits.bytes()) {
                    throw new ToolException(
                            ToolException.Reason.FAILED,
                            "'" + name + "' is longer than the " + limits.bytes() + " bytes that a file may have");
                }
                out.write(buffer, 0, read);
            }
        }
        return bytes;
    }

    private static void deleted(@Nullable Path unfinished) {
        if (unfinished != null) {
            try {
                Files.deleteIfExists(unfinished);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static String file(String id, String name) {
        return id + extension(name);
    }

    private static String extension(String name) {
        int dot = name.lastIndexOf('.');
        String extension = dot < 0 ? "" : name.substring(dot);
        return extension.matches("\\.[A-Za-z0-9]{1,10}") && !extension.equals(".part") ? extension : "";
    }

    private synchronized Path directory(UserId user) throws IOException {
        Path known = root;
        if (known == null) {
            known = Files.createTempDirectory("arkestra-artifacts");
            root = known;
        }
        byte[] hash = sha256().digest(user.value().getBytes(StandardCharsets.UTF_8));
        return known.resolve(HexFormat.of().formatHex(hash, 0, 16));
    }

    private synchronized boolean hasDirectory() {
        Path known = root;
        return known != null && Files.isDirectory(known);
    }

    /** Deletes all files of a user. */
    public void forget(UserId user) {
        if (hasDirectory()) {
            try {
                delete(directory(user));
            } catch (IOException e) {
                throw new UncheckedIOException("The files kept for a person could not be deleted", e);
            }
        }
    }

    /** Deletes the files of a turn, and says so in the same transaction. */
    public void forget(DocTransaction transaction, UserId user, TurnId turn) {
        Owner owner = Owner.of(user);
        DocQuery ofTurn = DocQuery.where(Filter.eq("turn", turn.value())).limit(DocQuery.MAX_LIMIT);
        for (Doc doc : transaction.find(COLLECTION.name(), owner, ofTurn).docs()) {
            try {
                if (hasDirectory()) {
                    Files.deleteIfExists(
                            directory(user).resolve(file(doc.id(), doc.body().text("name"))));
                }
            } catch (IOException e) {
                throw new UncheckedIOException("The files of a turn could not be deleted", e);
            }
            transaction.delete(COLLECTION.name(), owner, doc.id());
        }
    }

    @Override
    public synchronized void close() {
        Path known = root;
        if (temporary && known != null) {
            try {
                delete(known);
            } catch (IOException e) {
                throw new UncheckedIOException("The temporary directory " + known + " could not be deleted", e);
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
