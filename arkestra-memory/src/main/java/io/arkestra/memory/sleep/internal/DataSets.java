package io.arkestra.memory.sleep.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.guard.Guard;
import io.arkestra.guard.GuardContext;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.session.internal.SessionMark;
import io.arkestra.memory.session.internal.Transcript;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Writes what was asked and answered as JSON Lines, a file for each user and day, with a manifest. Personal data is masked. A day's
 * file is made anew from the store as a whole and put in place at once, so doing it again gives the same bytes.
 */
public final class DataSets implements SleepStep {
    /** Where data sets were written, so that a user who is forgotten can be taken out of them. */
    static final CollectionSpec PLACES =
            CollectionSpec.builder("sleep_exports").derived().build();

    private static final int MOST = 5_000;
    private static final String MANIFEST = "manifest.json";

    private final DocStore store;
    private final Optional<Guard> guard;
    private final Consumer<String> warnings;

    public DataSets(DocStore store, Optional<Guard> guard, Consumer<String> warnings) {
        this.store = store;
        this.guard = guard;
        this.warnings = warnings;
        store.define(PLACES);
    }

    @Override
    public String name() {
        return "export";
    }

    @Override
    public long run(UserId user, SleepRun run) {
        Optional<Path> target = run.request().export();
        if (target.isEmpty()) {
            return 0;
        }
        Owner owner = Owner.of(user);
        Set<String> days = new TreeSet<>();
        store.inTransaction(tx -> tx.find(
                        SessionMark.COLLECTION,
                        owner,
                        DocQuery.where(Filter.gt("day", ""))
                                .descending("last_at")
                                .limit(DocQuery.MAX_LIMIT)))
                .docs()
                .forEach(doc -> days.add(doc.body().text("day")));
        long written = 0;
        remember(target.get());
        try {
            Files.createDirectories(target.get());
            for (String day : days) {
                run.checkpoint();
                String lines = lines(owner, day);
                String name = prefix(user) + day + ".jsonl";
                written += !lines.isEmpty() && write(target.get().resolve(name), lines) ? 1 : 0;
            }
            if (written > 0 || !Files.exists(target.get().resolve(MANIFEST))) {
                write(target.get().resolve(MANIFEST), manifest(target.get()));
            }
        } catch (IOException e) {
            throw new ArkestraException(
                    "memory.export",
                    "Data sets cannot be written to " + target.get() + ": " + e.getMessage()
                            + "; name a directory that can be written to in memory.exportTo",
                    e);
        }
        run.count("exported", written);
        return written;
    }

    private static String prefix(UserId user) {
        return "turns-" + digest(user.value()).substring(0, 16) + "-";
    }

    private void remember(Path directory) {
        String place = directory.toAbsolutePath().normalize().toString();
        String id = digest(place).substring(0, 16);
        store.inTransaction(tx -> {
            if (tx.get(PLACES.name(), Owner.SYSTEM, id).isEmpty()) {
                tx.put(
                        PLACES.name(),
                        DocWrite.of(
                                Owner.SYSTEM,
                                id,
                                Json.object().put("directory", place).build()));
            }
            return id;
        });
    }

    /** Deletes the user's files wherever data sets were written, and makes the manifests anew. */
    @Override
    public void forget(UserId user) {
        List<Doc> places = store.inTransaction(tx ->
                        tx.find(PLACES.name(), Owner.SYSTEM, DocQuery.all().limit(DocQuery.MAX_LIMIT)))
                .docs();
        for (Doc place : places) {
            Path directory = Path.of(place.body().text("directory"));
            try {
                if (removed(directory, prefix(user))) {
                    write(directory.resolve(MANIFEST), manifest(directory));
                }
            } catch (IOException e) {
                warnings.accept("Data sets of a user who is forgotten could not be deleted from " + directory + " ("
                        + e.getMessage() + "); delete the files that begin with " + prefix(user));
            }
        }
    }

    private static boolean removed(Path directory, String prefix) throws IOException {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        boolean removed = false;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, prefix + "*")) {
            for (Path file : files) {
                removed |= Files.deleteIfExists(file);
            }
        }
        return removed;
    }

    /** What the user said and what was answered, oldest first; answers that only quote memory teach nothing. */
    private String lines(Owner owner, String day) {
        StringBuilder lines = new StringBuilder();
        List<Doc> marks = store.inTransaction(tx -> tx.find(
                        SessionMark.COLLECTION,
                        owner,
                        DocQuery.where(Filter.eq("day", day))
                                .ascending("last_at")
                                .limit(1_000)))
                .docs();
        for (Doc mark : marks) {
            List<Message> messages = store.inTransaction(tx -> Transcript.newest(tx, owner, mark.id(), MOST, warnings));
            Message asked = null;
            for (Message message : messages) {
                if (message.origin() == Origin.USER) {
                    asked = message;
                } else if (asked != null
                        && message.origin() == Origin.ASSISTANT
                        && message.turn().equals(asked.turn())
                        && !message.text().isBlank()
                        && !Transcript.isDerived(message)) {
                    lines.append(Json.object()
                                    .put("session", digest(mark.id()).substring(0, 16))
                                    .put("at", asked.at())
                                    .put("user", masked(asked.text()))
                                    .put("assistant", masked(message.text()))
                                    .build()
                                    .canonical())
                            .append('\n');
                }
            }
        }
        return lines.toString();
    }

    /** A data set leaves the machine sooner or later, so what a model elsewhere must not see is masked here. */
    private String masked(String text) {
        return guard.map(present -> present.inspect(text, GuardContext.of(GuardContext.Direction.TO_REMOTE_MODEL))
                        .text())
                .orElse(text);
    }

    /** The files there are, with their sizes in lines and their digests. */
    private static String manifest(Path directory) throws IOException {
        List<Json> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(directory)) {
            for (Path file : all.filter(path -> path.getFileName().toString().matches("turns-.*\\.jsonl"))
                    .sorted()
                    .toList()) {
                String text = Files.readString(file);
                files.add(Json.object()
                        .put("file", file.getFileName().toString())
                        .put("lines", text.lines().count())
                        .put("sha256", digest(text))
                        .build());
            }
        }
        return Json.object()
                        .put("version", 1)
                        .put("format", "one JSON object per line: session, at, user, assistant")
                        .put("files", Json.array(files))
                        .build()
                        .pretty()
                + "\n";
    }

    /** Puts the file in place at once; false when it is as it should be already. */
    private static boolean write(Path file, String text) throws IOException {
        if (Files.exists(file) && Files.readString(file).equals(text)) {
            return false;
        }
        Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
        Files.writeString(fresh, text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return true;
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
