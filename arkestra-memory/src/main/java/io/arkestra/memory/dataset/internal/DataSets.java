package io.arkestra.memory.dataset.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.guard.Guard;
import io.arkestra.memory.DataSetConsent;
import io.arkestra.memory.TurnRecords;
import io.arkestra.memory.record.internal.NormalText;
import io.arkestra.memory.sleep.internal.SleepRun;
import io.arkestra.memory.sleep.internal.SleepStep;
import io.arkestra.spi.ProviderContext;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocPage;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.Owner;
import io.arkestra.tool.ToolCatalogue;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * Keeps data sets of the users who consented, made anew from the store as a whole each night and whenever somebody is no more to be in
 * them. Thread-safe; one data set is written at a time.
 */
public final class DataSets implements SleepStep, DataSetConsent {
    /** Where data sets were written, with hashes of the users in them, so that one who goes can be taken out. */
    private static final CollectionSpec PLACES =
            CollectionSpec.builder("sleep_exports").derived().build();

    /** Who consented. The field {@code user} has it deleted with the user; as the system's own it is not exported. */
    private static final CollectionSpec CONSENTS = CollectionSpec.builder("data_set_consents")
            .field("user", FieldType.STRING)
            .check(doc -> doc.body().text("user"))
            .build();

    private static final String EVERYTHING = "{senior,junior,turns}-*.{jsonl,jsonl.tmp}";

    private final DocStore store;
    private final ProviderContext context;
    private final ReentrantLock lock = new ReentrantLock();

    /** @param context has the guard, and what the engine knows about turns and tools when data sets are written */
    public DataSets(DocStore store, ProviderContext context) {
        this.store = store;
        this.context = context;
        store.define(PLACES);
        store.define(CONSENTS);
    }

    @Override
    public String name() {
        return "export";
    }

    @Override
    public long run(UserId user, SleepRun run) {
        return 0;
    }

    @Override
    public long finish(SleepRun run) {
        Optional<Path> target = run.request().export();
        if (target.isEmpty()) {
            return 0;
        }
        lock.lock();
        try {
            long lines = write(target.get(), run::checkpoint);
            run.count("exported", lines);
            return lines;
        } catch (IOException e) {
            throw new ArkestraException(
                    "memory.export",
                    "Data sets cannot be written to " + target.get() + ": " + e.getMessage()
                            + "; name a directory that can be written to in memory.exportTo",
                    e);
        } finally {
            lock.unlock();
        }
    }

    private long write(Path directory, Runnable checkpoint) throws IOException {
        Optional<Guard> guard = context.find(Guard.class);
        if (guard.isEmpty()) {
            context.warn("No data sets are written: without a guard nothing would mask them");
            emptied(directory);
            return 0;
        }
        Set<UserId> users = consenting();
        Set<String> hashes = users.stream().map(DataSets::hash).collect(Collectors.toCollection(TreeSet::new));
        Set<String> either = new TreeSet<>(hashes);
        either.addAll(hashesAt(directory));
        // Whoever may be in a file is known before, should this process end between two of them.
        remember(directory, either);
        removeOldForm(directory);
        long lines = new DataSetWriter(
                        store,
                        new Masking(guard.get()),
                        context.find(TurnRecords.class).orElse((tx, user, turn) -> {}),
                        context.find(ToolCatalogue.class).orElse(name -> Optional.empty()),
                        context::warn,
                        checkpoint)
                .write(directory, users, store.now());
        remember(directory, hashes);
        return lines;
    }

    @Override
    public boolean isGiven(UserId user) {
        return store.inTransaction(tx -> tx.get(CONSENTS.name(), Owner.SYSTEM, hash(user)))
                .isPresent();
    }

    @Override
    public void give(UserId user) {
        Json body =
                Json.object().put("user", user.value()).put("at", store.now()).build();
        store.inTransaction(tx -> tx.get(CONSENTS.name(), Owner.SYSTEM, hash(user))
                .orElseGet(() -> tx.put(CONSENTS.name(), DocWrite.of(Owner.SYSTEM, hash(user), body))));
        store.sync();
    }

    @Override
    public void withdraw(UserId user) {
        List<String> left = takeOut(user);
        if (!left.isEmpty()) {
            throw new ArkestraException(
                    "memory.export",
                    "The consent is withdrawn, but lines could not be taken out of the data sets in "
                            + String.join("; ", left) + "; delete the files there that end in .jsonl");
        }
    }

    @Override
    public void forget(UserId user) {
        takeOut(user)
                .forEach(place ->
                        context.warn("Lines of a user who is forgotten could not be taken out of the data sets in "
                                + place + "; delete the files there that end in .jsonl"));
    }

    /** Takes the consent back, and the user's lines out of every data set. Returns where that failed, and why. */
    private List<String> takeOut(UserId user) {
        store.inTransaction(tx -> tx.delete(CONSENTS.name(), Owner.SYSTEM, hash(user)));
        store.sync();
        List<String> failed = new ArrayList<>();
        lock.lock();
        try {
            for (Doc place : places()) {
                Path directory = Path.of(place.body().text("directory"));
                try {
                    without(user, place, directory);
                } catch (IOException | RuntimeException e) {
                    context.warn("The data sets in " + directory + " are deleted until they can be made anew: "
                            + e.getMessage());
                    emptied(directory).ifPresent(failed::add);
                }
            }
        } finally {
            lock.unlock();
        }
        return failed;
    }

    private void without(UserId user, Doc place, Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            remember(directory, Set.of());
            return;
        }
        removeOldForm(directory);
        if (hashes(place).contains(hash(user))) {
            write(directory, () -> {});
        }
    }

    /** Deletes what there is rather than leave the lines of somebody who is not to be in it. */
    private static Optional<String> emptied(Path directory) {
        try {
            delete(directory, EVERYTHING, DataSetWriter.MANIFEST);
            return Optional.empty();
        } catch (IOException | DirectoryIteratorException e) {
            return Optional.of(directory + " (" + e.getMessage() + ")");
        }
    }

    /** Files of the first form held words of users whom nobody had asked. */
    private static void removeOldForm(Path directory) throws IOException {
        delete(directory, "turns-*.jsonl");
    }

    /** Deletes what can be deleted, and fails with the first that cannot; what follows that one is not spared. */
    private static void delete(Path directory, String... names) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        List<IOException> failed = new ArrayList<>();
        for (String name : names) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, name)) {
                for (Path file : files) {
                    try {
                        Files.deleteIfExists(file);
                    } catch (IOException e) {
                        failed.add(e);
                    }
                }
            }
        }
        if (!failed.isEmpty()) {
            throw failed.get(0);
        }
    }

    private Set<UserId> consenting() {
        Set<UserId> users = new TreeSet<>(java.util.Comparator.comparing(UserId::value));
        all(CONSENTS).forEach(doc -> users.add(UserId.of(doc.body().text("user"))));
        return users;
    }

    private List<Doc> places() {
        return all(PLACES);
    }

    private List<Doc> all(CollectionSpec collection) {
        List<Doc> docs = new ArrayList<>();
        DocQuery query = DocQuery.all().limit(1_000);
        while (true) {
            DocQuery next = query;
            DocPage page = store.inTransaction(tx -> tx.find(collection.name(), Owner.SYSTEM, next));
            docs.addAll(page.docs());
            if (page.next().isEmpty()) {
                return docs;
            }
            query = query.after(page.next().get());
        }
    }

    private Set<String> hashesAt(Path directory) {
        return store.inTransaction(tx -> tx.get(PLACES.name(), Owner.SYSTEM, id(directory)))
                .map(DataSets::hashes)
                .orElse(Set.of());
    }

    private static Set<String> hashes(Doc place) {
        return place.body().list("users").stream().map(Json::asString).collect(Collectors.toCollection(TreeSet::new));
    }

    private void remember(Path directory, Set<String> users) {
        Json body = Json.object()
                .put("directory", place(directory))
                .put("users", Json.strings(users))
                .build();
        store.inTransaction(tx -> tx.put(PLACES.name(), DocWrite.of(Owner.SYSTEM, id(directory), body)));
        store.sync();
    }

    private static String place(Path directory) {
        return directory.toAbsolutePath().normalize().toString();
    }

    private static String id(Path directory) {
        return HexFormat.of().formatHex(NormalText.sha256(place(directory)), 0, 8);
    }

    /** Tells nothing about the user to who does not know the id already. */
    private static String hash(UserId user) {
        return HexFormat.of().formatHex(NormalText.sha256(user.value()), 0, 16);
    }
}
