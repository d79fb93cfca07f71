package io.arkestra.llm.llamacpp.models;

import io.arkestra.common.Cancellation;
import io.arkestra.llm.llamacpp.GgufException;
import io.arkestra.llm.llamacpp.GgufHeader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Model files of a directory. Nothing is fetched without consent; what is fetched is checked (size, SHA-256, GGUF header) before it gets its
 * name. Thread-safe, and safe against other processes: one file is changed by one at a time, the second gets an error.
 */
public final class ModelStore {
    /** The system property that allows downloads where nobody can be asked, with the value {@code allow}. */
    public static final String DOWNLOAD_PROPERTY = "arkestra.models.download";

    private final Path directory;
    private final ModelCatalogue catalogue;
    private final @Nullable ModelConsent consent;
    private final boolean offline;
    private final ModelDownload.Limits limits;

    private ModelStore(Builder builder) {
        directory = builder.directory.toAbsolutePath().normalize();
        catalogue = builder.catalogue;
        consent = builder.consent;
        offline = builder.offline;
        LongSupplier free = builder.freeSpace == null ? this::usableSpace : builder.freeSpace;
        limits = new ModelDownload.Limits(
                builder.maximumSize, builder.connectTimeout, builder.idleTimeout, Set.copyOf(builder.hosts), free);
    }

    /** A store over a directory, which is created when the first file comes. */
    public static Builder in(Path directory) {
        return new Builder(directory);
    }

    /** The models of the catalogue, then the other model files of the directory by name. Opens no file. */
    public List<ModelFile> list() {
        List<ModelFile> files = new ArrayList<>();
        Set<String> known = new HashSet<>();
        for (ModelEntry entry : catalogue.entries()) {
            known.add(entry.file());
            files.add(look(entry.id(), entry.file(), Optional.of(entry)));
        }
        Map<String, ModelFile> others = new TreeMap<>();
        for (String name : names()) {
            String file = name.endsWith(".part") ? name.substring(0, name.length() - 5) : name;
            if (file.endsWith(".gguf") && !known.contains(file)) {
                others.put(file, look(file.substring(0, file.length() - 5), file, Optional.empty()));
            }
        }
        files.addAll(others.values());
        return List.copyOf(files);
    }

    /** {@link #pull(String, ModelProgress, Cancellation)} that nobody watches or cancels. */
    public Path pull(String model) {
        return pull(model, ModelProgress.none(), Cancellation.none());
    }

    /**
     * Fetches a model unless a file of its name is there already, which must have the hash of the catalogue where that says one; continues
     * where an earlier attempt ended. Blocks.
     *
     * @param model an id of the catalogue, or an address: {@code https://…/name.gguf}, {@code file:/…/name.gguf},
     *     {@code hf://owner/repo@commit/name.gguf}
     * @return the checked file
     * @throws ModelStoreException when it is not fetched, saying why and what helps
     * @throws io.arkestra.common.CancelledException when cancelled; what was received is kept
     */
    public Path pull(String model, ModelProgress progress, Cancellation cancellation) {
        ModelEntry entry = entry(model);
        Path target = directory.resolve(entry.file());
        try {
            if (Files.exists(target)) {
                return present(entry, target, cancellation);
            }
            permit(model, entry, target);
            Files.createDirectories(directory);
            try (Held held = hold(entry.file())) {
                return Files.exists(target)
                        ? present(entry, target, cancellation)
                        : download(entry, target, progress, cancellation);
            }
        } catch (IOException e) {
            throw ModelStoreException.files("Pulling " + model + " into " + directory, e);
        }
    }

    /**
     * Checks a file of the directory: its SHA-256 against the catalogue, or else against what was noted when it came, and its header.
     *
     * @param model an id of the catalogue or the name of a file
     * @return its SHA-256
     * @throws ModelStoreException when it is missing or not what it was, with both hashes; the file stays
     */
    public String verify(String model) {
        Path file = installed(model);
        Optional<ModelEntry> entry = catalogue.find(model);
        try {
            String hash = FileHashes.hex(FileHashes.of(file, Cancellation.none()));
            Optional<String> wanted = entry.flatMap(ModelEntry::sha256);
            if (wanted.isEmpty()) {
                wanted = FileHashes.read(file);
            }
            if (wanted.isPresent() && !wanted.get().equals(hash)) {
                throw new ModelStoreException(
                        "checksum",
                        file + " has the SHA-256 " + hash + " where " + wanted.get()
                                + " is expected: it was changed or damaged. Remove it and pull it again.");
            }
            GgufHeader.read(file);
            return hash;
        } catch (GgufException e) {
            throw new ModelStoreException("header", e.getMessage(), false, e);
        } catch (IOException e) {
            throw ModelStoreException.files("Verifying " + file, e);
        }
    }

    /**
     * Deletes a file of the directory with what belongs to it, also a part of one.
     *
     * @param model an id of the catalogue or the name of a file
     * @throws ModelStoreException when there is none, or it is being fetched
     */
    public void remove(String model) {
        Path target = directory.resolve(fileName(model));
        PartFile part = new PartFile(target);
        if (!Files.exists(target) && !Files.exists(part.data())) {
            throw missing(model, target);
        }
        try (Held held = hold(fileName(model))) {
            Files.deleteIfExists(target);
            Files.deleteIfExists(FileHashes.beside(target));
            part.discard();
        } catch (IOException e) {
            throw ModelStoreException.files("Removing " + target, e);
        }
    }

    private Path download(ModelEntry entry, Path target, ModelProgress progress, Cancellation cancellation)
            throws IOException {
        PartFile part = new PartFile(target);
        List<String> urls = new ArrayList<>(entry.urls());
        part.url().filter(urls::remove).ifPresent(begun -> urls.add(0, begun));
        ModelStoreException failure = null;
        for (String url : urls) {
            try {
                ProgressMeter meter = new ProgressMeter(entry.id(), progress);
                String hash = new ModelDownload(url, entry.size(), part, limits, cancellation, meter).run();
                accept(entry, url, part, hash);
                part.finish(target, hash);
                syncDirectory();
                return target;
            } catch (ModelStoreException e) {
                if (failure != null) {
                    e.addSuppressed(failure);
                }
                failure = e;
                if (e.retryable() && part.size() > 0) {
                    // Another address would throw away what this one gave and can still complete.
                    throw e;
                }
            }
        }
        throw Objects.requireNonNull(failure, "an entry has at least one address");
    }

    private static void accept(ModelEntry entry, String url, PartFile part, String hash) throws IOException {
        String where = ModelAddress.shown(ModelAddress.resolve(url));
        if (entry.sha256().isPresent() && !entry.sha256().get().equals(hash)) {
            part.discard();
            throw new ModelStoreException(
                    "checksum",
                    where + " gave a file with the SHA-256 " + hash + " where the catalogue says "
                            + entry.sha256().get() + "; it was deleted.");
        }
        try {
            GgufHeader.read(part.data());
        } catch (GgufException e) {
            part.discard();
            throw new ModelStoreException(
                    "header", where + " gave a file that cannot be used; it was deleted. " + e.getMessage(), false, e);
        }
    }

    /** A file that is there already: it is not fetched again, but it must be the right one. */
    private static Path present(ModelEntry entry, Path target, Cancellation cancellation) throws IOException {
        Optional<String> wanted = entry.sha256();
        if (wanted.isPresent()) {
            String hash = FileHashes.hex(FileHashes.of(target, cancellation));
            if (!hash.equals(wanted.get())) {
                throw new ModelStoreException(
                        "checksum",
                        target + " is there already, with the SHA-256 " + hash + " where the catalogue says "
                                + wanted.get() + ". Remove it first.");
            }
        }
        return target;
    }

    private void permit(String model, ModelEntry entry, Path target) throws IOException {
        if (entry.urls().stream().allMatch(url -> url.startsWith("file:"))) {
            return;
        }
        if (offline) {
            throw new ModelStoreException(
                    "offline", "The model '" + model + "' is not in " + directory + ", and the store is offline.");
        }
        String from = catalogue.source().map(file -> " --catalogue " + file).orElse("");
        String command = "./mvnw -q -Pmodels -Dmodels.args=\"pull " + model + from + " --dir " + directory + " --yes\"";
        if (consent == null) {
            if (!"allow".equals(System.getProperty(DOWNLOAD_PROPERTY))) {
                throw new ModelStoreException(
                        "consent",
                        "The model '" + model + "' would have to be downloaded, and nobody can be asked. Run " + command
                                + ", or set -D" + DOWNLOAD_PROPERTY + "=allow.");
            }
            return;
        }
        ModelOffer offer = new ModelOffer(
                entry.id(),
                ModelAddress.shown(ModelAddress.resolve(entry.urls().get(0))),
                entry.size(),
                entry.license(),
                entry.licenseUrl(),
                entry.sha256().isPresent(),
                target,
                limits.freeSpace().getAsLong());
        if (!consent.allow(offer)) {
            throw new ModelStoreException(
                    "consent", "The download of '" + model + "' was declined; nothing was fetched.");
        }
    }

    private ModelEntry entry(String model) {
        Optional<ModelEntry> entry = catalogue.find(model);
        if (entry.isPresent()) {
            return entry.get();
        }
        if (ModelAddress.isAddress(model)) {
            return ModelEntry.at(model);
        }
        throw new ModelStoreException(
                "unknown",
                "The catalogue has no model '" + model + "'; it has "
                        + catalogue.entries().stream().map(ModelEntry::id).toList()
                        + ". Name one of these, or an address.");
    }

    private Path installed(String model) {
        Path file = directory.resolve(fileName(model));
        if (!Files.exists(file)) {
            throw missing(model, file);
        }
        return file;
    }

    private String fileName(String model) {
        Optional<ModelEntry> entry = catalogue.find(model);
        if (entry.isPresent()) {
            return entry.get().file();
        }
        String name = model.toLowerCase(Locale.ROOT).endsWith(".gguf") ? model : model + ".gguf";
        if (name.contains("/") || name.contains("\\") || name.startsWith(".")) {
            throw new ModelStoreException(
                    "unknown",
                    "'" + model + "' is neither an id of the catalogue nor the name of a file in " + directory + ".");
        }
        return name;
    }

    private static ModelStoreException missing(String model, Path file) {
        return new ModelStoreException(
                "missing", "The model '" + model + "' is not there: " + file + " does not exist.");
    }

    private ModelFile look(String id, String name, Optional<ModelEntry> entry) {
        Path path = directory.resolve(name);
        Path part = new PartFile(path).data();
        try {
            if (Files.exists(path)) {
                return new ModelFile(id, path, ModelFile.State.INSTALLED, Files.size(path), entry);
            }
            return Files.exists(part)
                    ? new ModelFile(id, path, ModelFile.State.PARTIAL, Files.size(part), entry)
                    : new ModelFile(id, path, ModelFile.State.AVAILABLE, 0, entry);
        } catch (IOException e) {
            throw ModelStoreException.files("Looking at " + path, e);
        }
    }

    private List<String> names() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.map(path -> path.getFileName().toString()).toList();
        } catch (IOException e) {
            throw ModelStoreException.files("Listing " + directory, e);
        }
    }

    private Held hold(String file) throws IOException {
        // The lock file stays: deleting it would let two processes lock two different files of the same name.
        Path path = directory.resolve("." + file + ".lock");
        FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new Held(channel);
            }
        } catch (OverlappingFileLockException e) {
            // Held by another thread of this JVM: the same answer as for another process.
        }
        channel.close();
        throw new ModelStoreException(
                "busy",
                directory.resolve(file) + " is being fetched or removed by somebody else. Wait for that.",
                true,
                null);
    }

    private long usableSpace() {
        try {
            Path there = directory;
            while (there.getParent() != null && !Files.exists(there)) {
                there = there.getParent();
            }
            return Files.getFileStore(there).getUsableSpace();
        } catch (IOException e) {
            throw ModelStoreException.files("Looking for free space at " + directory, e);
        }
    }

    private void syncDirectory() {
        try (FileChannel channel = FileChannel.open(directory)) {
            channel.force(true);
        } catch (IOException e) {
            // Windows opens no directories; there the rename itself is durable enough.
            return;
        }
    }

    private record Held(FileChannel channel) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** Not thread-safe. */
    public static final class Builder {
        private final Path directory;
        private final Set<String> hosts = new HashSet<>(Set.of("huggingface.co", "hf.co"));
        private ModelCatalogue catalogue = ModelCatalogue.empty();
        private @Nullable ModelConsent consent;
        private boolean offline;
        private long maximumSize = 256L << 30;
        private Duration connectTimeout = Duration.ofSeconds(20);
        private Duration idleTimeout = Duration.ofSeconds(60);
        private @Nullable LongSupplier freeSpace;

        private Builder(Path directory) {
            this.directory = Objects.requireNonNull(directory, "directory");
        }

        /** Models that may be named by id; none unless set. */
        public Builder catalogue(ModelCatalogue value) {
            catalogue = value;
            return this;
        }

        /** Who is asked before a download; unless set, only the system property {@value ModelStore#DOWNLOAD_PROPERTY} allows one. */
        public Builder consent(ModelConsent value) {
            consent = value;
            return this;
        }

        /** No network at all, whatever else is set. */
        public Builder offline(boolean value) {
            offline = value;
            return this;
        }

        /** A host, with its subdomains, to which a download may be redirected, besides its own and huggingface.co and hf.co. */
        public Builder allowHost(String host) {
            hosts.add(host.toLowerCase(Locale.ROOT));
            return this;
        }

        /** The largest file in bytes; 256 GiB unless set. */
        public Builder maximumSize(long bytes) {
            maximumSize = bytes;
            return this;
        }

        /** How long a connection may take to come about; 20 s unless set. */
        public Builder connectTimeout(Duration value) {
            connectTimeout = value;
            return this;
        }

        /** How long a server may send nothing; 60 s unless set. */
        public Builder idleTimeout(Duration value) {
            idleTimeout = value;
            return this;
        }

        Builder freeSpace(LongSupplier bytes) {
            freeSpace = bytes;
            return this;
        }

        /** The store. Touches no file. */
        public ModelStore build() {
            return new ModelStore(this);
        }
    }
}
