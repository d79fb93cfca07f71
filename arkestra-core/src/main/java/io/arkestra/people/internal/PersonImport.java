package io.arkestra.people.internal;

import io.arkestra.ImportReport;
import io.arkestra.PeopleException;
import io.arkestra.common.UserId;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import io.arkestra.store.UniqueKeyException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Takes the documents of an archive in, after all of it was read once and found good. */
final class PersonImport {
    private static final int BATCH = 200;

    private final DocStore store;
    private final Owner owner;
    private final Map<String, BiConsumer<DocTransaction, Doc>> adopted;
    private final List<ArchiveLine> batch = new ArrayList<>();
    private long written;
    private long present;
    private long expired;

    /** @param adopted what has to be done with a new document of a collection, by its name */
    PersonImport(DocStore store, UserId user, Map<String, BiConsumer<DocTransaction, Doc>> adopted) {
        this.store = store;
        this.owner = Owner.of(user);
        this.adopted = adopted;
    }

    ImportReport read(Path file) {
        try (ArchiveReader archive = ArchiveReader.open(file)) {
            for (String collection : archive.collections()) {
                CollectionSpec spec = spec(file, collection, archive.part(collection));
                archive.check(
                        collection,
                        line -> ArchiveLine.of(
                                owner, spec, archive.part(collection).schema(), line));
            }
            for (String collection : archive.collections()) {
                CollectionSpec spec = spec(file, collection, archive.part(collection));
                archive.read(
                        collection,
                        line -> take(
                                spec,
                                ArchiveLine.of(
                                        owner, spec, archive.part(collection).schema(), line)));
                flush(spec);
            }
        }
        store.sync();
        return new ImportReport(written, present, expired);
    }

    private CollectionSpec spec(Path file, String collection, PersonArchive.Part part) {
        Optional<CollectionSpec> spec = store.declaration(collection).filter(PersonArchive::portable);
        if (spec.isEmpty()) {
            throw new PeopleException(
                    "archive-newer",
                    "The archive " + file + " holds the collection '" + collection
                            + "', which this program does not know; nothing was imported. Use the program that made it, or a newer one",
                    null);
        }
        if (part.schema() > spec.get().schemaVersion()) {
            throw new PeopleException(
                    "archive-newer",
                    "The archive " + file + " holds the collection '" + collection + "' at schema version "
                            + part.schema() + ", but this program knows only version "
                            + spec.get().schemaVersion() + "; nothing was imported. Use the newer program",
                    null);
        }
        return spec.get();
    }

    private void take(CollectionSpec spec, ArchiveLine line) {
        batch.add(line);
        if (batch.size() == BATCH) {
            flush(spec);
        }
    }

    private void flush(CollectionSpec spec) {
        List<ArchiveLine> lines = List.copyOf(batch);
        batch.clear();
        long[] counts = store.inTransaction(tx -> {
            long[] sums = new long[3];
            Instant now = store.now();
            lines.forEach(line -> sums[put(tx, spec, line, now)]++);
            return sums;
        });
        written += counts[0];
        present += counts[1];
        expired += counts[2];
    }

    private int put(DocTransaction tx, CollectionSpec spec, ArchiveLine line, Instant now) {
        DocWrite write = line.write();
        if (write.expiresAt().filter(at -> !at.isAfter(now)).isPresent()) {
            return 2;
        }
        if (tx.get(spec.name(), owner, write.id()).isPresent()) {
            return 1;
        }
        try {
            Doc doc = tx.put(spec.name(), write.expectVersion(DocWrite.ABSENT));
            adopted.getOrDefault(spec.name(), (transaction, ignored) -> {}).accept(tx, doc);
            return 0;
        } catch (UniqueKeyException e) {
            // The same thing is there under another id: what is here stays.
            return 1;
        }
    }
}
