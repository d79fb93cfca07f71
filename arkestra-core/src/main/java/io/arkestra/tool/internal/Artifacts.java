package io.arkestra.tool.internal;

import io.arkestra.common.Json;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.concurrent.internal.Transactions;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocPage;
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
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    private static final Logger log = LoggerFactory.getLogger(Artifacts.class);
    private static final int LONGEST_NAME = 200;
    private static final String UNFINISHED = ".part";
    private static final Pattern OURS =
            Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\\.[A-Za-z0-9]{1,10})?");

    /**
     * What a call may write.
     *
     * @param bytes length of a file
     * @param files number of files
     * @param userBytes length of all files that are kept for a user
     */
    public record Limits(long bytes, int files, long userBytes) {
        /** 100 MB, 32 files, 2 GB for each user. */
        public static final Limits DEFAULT = new Limits(100_000_000, 32, 2_000_000_000L);

        public Limits {
            if (bytes < 1 || files < 1 || userBytes < 1) {
                throw new io.arkestra.common.ConfigException("A call may write " + files + " files of " + bytes
                        + " bytes, a user may have " + userBytes + " bytes; expected at least 1 of each");
            }
        }
    }

    private final DocStore store;
    private final Limits limits;
    private final boolean temporary;
    /** Held while a file is added to what counts. */
    private final ReentrantLock adding = new ReentrantLock();
    /** Held while the root is read or made. */
    private final ReentrantLock opening = new ReentrantLock();

    private @Nullable Path root;

    private Artifacts(DocStore store, @Nullable Path root, boolean temporary, Limits limits) {
        this.store = store;
        this.root = root;
        this.temporary = temporary;
        this.limits = limits;
        store.define(COLLECTION);
    }

    /**
     * Files in a directory, which is made when there is something to keep. What a killed process left there unfinished is deleted; nobody else may
     * use the directory.
     */
    public static Artifacts in(Path directory, DocStore store, Limits limits) {
        Artifacts artifacts = new Artifacts(store, directory, false, limits);
        artifacts.sweep(directory);
        return artifacts;
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
        private final BiConsumer<DocTransaction, Artifact> also;
        private final List<Artifact> written = new ArrayList<>();
        private final ReentrantLock writing = new ReentrantLock();
        private boolean ended;

        private OfCall(UserId user, TurnId turn, String call, BiConsumer<DocTransaction, Artifact> also) {
            this.user = user;
            this.turn = turn;
            this.call = call;
            this.also = also;
        }

        @Override
        public Artifact write(String name, String mediaType, InputStream content) {
            writing.lock();
            try {
                return added(name, mediaType, content);
            } finally {
                writing.unlock();
            }
        }

        private Artifact added(String name, String mediaType, InputStream content) {
            if (ended) {
                throw new ToolException(ToolException.Reason.NOT_SUPPORTED, "Files are kept only while a call runs");
            }
            if (written.size() >= limits.files()) {
                throw new ToolException(
                        ToolException.Reason.FAILED, "A call may keep " + limits.files() + " files, and has done so");
            }
            long room = limits.userBytes() - bytes(user);
            Artifact artifact = kept(user, checked(name), mediaType, content, room);
            Json body = Json.object()
                    .put("turn", turn.value())
                    .put("call", call)
                    .put("name", artifact.name())
                    .put("mediaType", artifact.mediaType())
                    .put("bytes", artifact.bytes())
                    .put("sha256", artifact.sha256())
                    .build();
            add(user, artifact, body, also);
            written.add(artifact);
            return artifact;
        }

        /** What was written; nothing can be added from now on. */
        List<Artifact> end() {
            writing.lock();
            try {
                ended = true;
                return List.copyOf(written);
            } finally {
                writing.unlock();
            }
        }
    }

    /** @param also what is stored with each file, so that no crash leaves the one without the other */
    OfCall of(UserId user, TurnId turn, String call, BiConsumer<DocTransaction, Artifact> also) {
        return new OfCall(user, turn, call, also);
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

    /** Calls at the same time may have used the same room. */
    private void add(UserId user, Artifact artifact, Json body, BiConsumer<DocTransaction, Artifact> also) {
        adding.lock();
        try {
            if (bytes(user) + artifact.bytes() > limits.userBytes()) {
                throw tooMuch(artifact.name());
            }
            Transactions.again(store, tx -> {
                also.accept(tx, artifact);
                return tx.put(COLLECTION.name(), DocWrite.of(Owner.of(user), artifact.id(), body));
            });
        } catch (RuntimeException e) {
            deleted(artifact.file());
            throw e;
        } finally {
            adding.unlock();
        }
    }

    private ToolException tooMuch(String name) {
        return new ToolException(
                ToolException.Reason.FAILED,
                "'" + name + "' could not be kept: the files of a person may have " + limits.userBytes()
                        + " bytes in all; they go with the messages that asked for them");
    }

    private long bytes(UserId user) {
        long[] sum = {0};
        each(Owner.of(user), doc -> sum[0] += doc.body().integer("bytes").orElse(0L));
        return sum[0];
    }

    private void each(Owner owner, Consumer<Doc> reader) {
        Optional<String> after = Optional.empty();
        do {
            DocQuery query = DocQuery.all().limit(DocQuery.MAX_LIMIT);
            DocQuery page = after.map(query::after).orElse(query);
            DocPage found = store.inTransaction(tx -> tx.find(COLLECTION.name(), owner, page));
            found.docs().forEach(reader);
            after = found.next();
        } while (after.isPresent());
    }

    /**
     * A file without its document was not finished, or belongs to something that was forgotten. The id alone tells: the guard may have masked
     * the name that is stored.
     */
    private void sweep(Path directory) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try {
            Set<Path> known = new HashSet<>();
            for (Owner owner : store.owners()) {
                Optional<UserId> user = owner.user();
                if (user.isPresent()) {
                    Path own = directory(user.get());
                    each(owner, doc -> known.add(own.resolve(doc.id())));
                }
            }
            try (Stream<Path> all = Files.walk(directory, 2)) {
                for (Path path : (Iterable<Path>) all::iterator) {
                    String name = String.valueOf(path.getFileName());
                    if (OURS.matcher(name).matches()
                            && (name.endsWith(UNFINISHED) || !known.contains(path.resolveSibling(id(name))))
                            && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                        Files.deleteIfExists(path);
                    }
                }
            }
        } catch (IOException | UncheckedIOException e) { // what is left takes room and nothing else
            log.warn("Files that calls left unfinished in {} could not be deleted: {}", directory, e.toString());
        }
    }

    private Artifact kept(UserId user, String name, String mediaType, InputStream content, long room) {
        String id = UUID.randomUUID().toString();
        Path unfinished = null;
        try {
            Path directory = Files.createDirectories(directory(user));
            // The name that is shown is not the file's: two calls may use the same one.
            Path file = directory.resolve(file(id, name));
            unfinished = directory.resolve(id + UNFINISHED);
            MessageDigest digest = sha256();
            long bytes = copied(name, content, unfinished, digest, room);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            forced(directory);
            return new Artifact(id, name, mediaType, bytes, HexFormat.of().formatHex(digest.digest()), file);
        } catch (IOException | UncheckedIOException e) {
            deleted(unfinished);
            throw new ToolException(ToolException.Reason.FAILED, "'" + name + "' could not be kept: " + e, e);
        } catch (RuntimeException e) {
            deleted(unfinished);
            throw e;
        }
    }

    /** Sees to it that names are on the disk, as far as the system can. */
    private static void forced(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) { // some systems cannot; the content was forced before
            log.debug("{} could not be handed to the disk", directory, e);
        }
    }

    private long copied(String name, InputStream content, Path file, MessageDigest digest, long room)
            throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long bytes = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                OutputStream out = new DigestOutputStream(Channels.newOutputStream(channel), digest)) {
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                bytes += read;
                if (bytes > limits.bytes()) {
                    throw new ToolException(
                            ToolException.Reason.FAILED,
                            "'" + name + "' is longer than the " + limits.bytes() + " bytes that a file may have");
                }
                if (bytes > room) {
                    throw tooMuch(name);
                }
                out.write(buffer, 0, read);
            }
            channel.force(true);
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

    /** Of a file that was named by {@link #file}. */
    private static String id(String file) {
        int dot = file.indexOf('.');
        return dot < 0 ? file : file.substring(0, dot);
    }

    private static String extension(String name) {
        int dot = name.lastIndexOf('.');
        String extension = dot < 0 ? "" : name.substring(dot);
        return extension.matches("\\.[A-Za-z0-9]{1,10}") && !extension.equals(UNFINISHED) ? extension : "";
    }

    private Path directory(UserId user) throws IOException {
        Path known;
        opening.lock();
        try {
            if (root == null) {
                root = Files.createTempDirectory("arkestra-artifacts");
            }
            known = root;
        } finally {
            opening.unlock();
        }
        byte[] hash = sha256().digest(user.value().getBytes(StandardCharsets.UTF_8));
        return known.resolve(HexFormat.of().formatHex(hash, 0, 16));
    }

    private boolean hasDirectory() {
        Path known = root();
        return known != null && Files.isDirectory(known);
    }

    private @Nullable Path root() {
        opening.lock();
        try {
            return root;
        } finally {
            opening.unlock();
        }
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

    /** Deletes the files of a turn once the transaction is committed that says so. */
    public void forget(DocTransaction transaction, UserId user, TurnId turn) {
        Owner owner = Owner.of(user);
        DocQuery ofTurn = DocQuery.where(Filter.eq("turn", turn.value())).limit(DocQuery.MAX_LIMIT);
        Set<String> ids = new HashSet<>();
        for (Doc doc : transaction.find(COLLECTION.name(), owner, ofTurn).docs()) {
            ids.add(doc.id());
            transaction.delete(COLLECTION.name(), owner, doc.id());
        }
        if (!ids.isEmpty()) {
            transaction.afterCommit(() -> delete(user, ids));
        }
    }

    private void delete(UserId user, Set<String> ids) {
        try {
            if (!hasDirectory() || !Files.isDirectory(directory(user))) {
                return;
            }
            try (Stream<Path> all = Files.list(directory(user))) {
                for (Path path : (Iterable<Path>) all::iterator) {
                    String name = String.valueOf(path.getFileName());
                    if (OURS.matcher(name).matches() && ids.contains(id(name))) {
                        Files.deleteIfExists(path);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The files of a turn could not be deleted; they go when the home is opened", e);
        }
    }

    @Override
    public void close() {
        Path known = root();
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
