package io.arkestra.people.internal;

import io.arkestra.ExportReport;
import io.arkestra.PeopleException;
import io.arkestra.common.UserId;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocPage;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.Owner;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes everything of a user into a ZIP. */
final class PersonExport {
    private static final int PAGE = 200;

    private final DocStore store;
    private final Owner owner;
    private final UserId user;
    private final Map<String, PersonArchive.Part> parts = new LinkedHashMap<>();
    private final List<String> leftOut = new ArrayList<>();

    PersonExport(DocStore store, UserId user) {
        this.store = store;
        this.user = user;
        this.owner = Owner.of(user);
    }

    ExportReport write(Path target) {
        Path file = target.toAbsolutePath().normalize();
        Path directory = file.getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw new PeopleException(
                    "file", "The export " + file + " cannot be written: its directory does not exist", null);
        }
        if (Files.exists(file)) {
            throw new PeopleException(
                    "file", "The export " + file + " exists already; choose another name, or delete it first", null);
        }
        try (UnfinishedExport unfinished = UnfinishedExport.in(directory)) {
            try (ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(unfinished.out()))) {
                pack(zip);
            }
            unfinished.moveTo(file);
        } catch (IOException e) {
            throw new PeopleException("file", "The export " + file + " could not be written: " + e, e);
        }
        Map<String, Long> documents = new LinkedHashMap<>();
        parts.forEach((name, part) -> documents.put(name, part.documents()));
        return new ExportReport(file, documents, leftOut);
    }

    private void pack(ZipOutputStream zip) throws IOException {
        for (String collection : store.collections()) {
            Optional<CollectionSpec> spec = store.declaration(collection);
            if (spec.isEmpty()) {
                leftOut.add(collection);
            } else if (PersonArchive.portable(spec.get())) {
                pack(zip, spec.get());
            }
        }
        zip.putNextEntry(new ZipEntry(PersonArchive.MANIFEST));
        zip.write(PersonArchive.manifest(user.value(), store.now(), parts)
                .pretty()
                .getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }

    private void pack(ZipOutputStream zip, CollectionSpec spec) throws IOException {
        DocQuery query = DocQuery.all().limit(PAGE);
        DocPage page = page(spec, query);
        if (page.docs().isEmpty()) {
            return;
        }
        zip.putNextEntry(new ZipEntry(PersonArchive.entry(spec.name())));
        Measured out = new Measured(zip);
        long documents = 0;
        while (true) {
            for (Doc doc : page.docs()) {
                out.write((PersonArchive.line(doc) + "\n").getBytes(StandardCharsets.UTF_8));
                documents++;
            }
            if (page.next().isEmpty()) {
                break;
            }
            page = page(spec, query.after(page.next().get()));
        }
        zip.closeEntry();
        parts.put(spec.name(), new PersonArchive.Part(spec.schemaVersion(), documents, out.bytes, out.sha256()));
    }

    private DocPage page(CollectionSpec spec, DocQuery query) {
        return store.inTransaction(tx -> tx.find(spec.name(), owner, query));
    }

    /** Counts and hashes what passes. */
    private static final class Measured extends FilterOutputStream {
        private final MessageDigest digest = PersonArchive.sha256();
        private long bytes;

        Measured(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] data) throws IOException {
            digest.update(data);
            bytes += data.length;
            out.write(data);
        }

        String sha256() {
            return HexFormat.of().formatHex(digest.digest());
        }
    }
}
