package io.arkestra.people.internal;

import io.arkestra.PeopleException;
import io.arkestra.common.ArkestraException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Reads an archive that may come from anywhere. Nothing is unpacked to disk, no name in it is used as a path, and no more is read of
 * a part than the manifest says there is.
 */
final class ArchiveReader implements AutoCloseable {
    private static final int MANIFEST_BYTES = 1024 * 1024;
    private static final int PARTS = 500;
    private static final int LINE_BYTES = 96 * 1024 * 1024;
    private static final long TOTAL_BYTES = 16L * 1024 * 1024 * 1024;
    /** Texts of people shrink to a tenth; what shrinks to a three-hundredth is made to fill a disk. */
    private static final long LARGEST_RATIO = 300;

    private static final long ALWAYS_FINE = 16L * 1024 * 1024;

    private final Path file;
    private final ZipFile zip;
    private final Map<String, PersonArchive.Part> parts = new TreeMap<>();

    private ArchiveReader(Path file, ZipFile zip) {
        this.file = file;
        this.zip = zip;
    }

    static ArchiveReader open(Path path) {
        Path file = path.toAbsolutePath().normalize();
        if (!Files.isRegularFile(file)) {
            throw new PeopleException("file", "There is no file " + file + " to import", null);
        }
        ZipFile zip;
        try {
            zip = new ZipFile(file.toFile());
        } catch (ZipException e) {
            throw new PeopleException(
                    "archive-damaged", "The file " + file + " is not a whole ZIP; nothing was imported", e);
        } catch (IOException e) {
            throw new PeopleException("file", "The file " + file + " cannot be read: " + e.getMessage(), e);
        }
        ArchiveReader reader = new ArchiveReader(file, zip);
        try {
            reader.readManifest();
            return reader;
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    List<String> collections() {
        return List.copyOf(parts.keySet());
    }

    PersonArchive.Part part(String collection) {
        PersonArchive.Part part = parts.get(collection);
        if (part == null) {
            throw damaged("it has no part " + collection, null);
        }
        return part;
    }

    private void readManifest() {
        Set<String> names = names();
        if (!names.contains(PersonArchive.MANIFEST)) {
            throw new PeopleException(
                    "archive-foreign",
                    "The file " + file + " has no " + PersonArchive.MANIFEST
                            + ": it is not the export of a person, or was cut off; nothing was imported",
                    null);
        }
        Json manifest = manifest();
        if (!manifest.string("product").filter(PersonArchive.PRODUCT::equals).isPresent()) {
            throw new PeopleException(
                    "archive-foreign",
                    "The file " + file + " is not the export of a person: its manifest names another product;"
                            + " nothing was imported",
                    null);
        }
        long format = manifest.integer("format").orElse(0L);
        if (format != PersonArchive.FORMAT) {
            throw new PeopleException(
                    format > PersonArchive.FORMAT ? "archive-newer" : "archive-damaged",
                    "The archive " + file + " has format " + format + ", but this program reads format "
                            + PersonArchive.FORMAT + "; nothing was imported",
                    null);
        }
        readParts(manifest, names);
    }

    private void readParts(Json manifest, Set<String> names) {
        try {
            manifest.get("collections").orElse(Json.emptyObject()).members().forEach((name, entry) -> {
                if (!PersonArchive.isPart(PersonArchive.entry(name))) {
                    throw damaged("its manifest names a collection that cannot be one", null);
                }
                parts.put(
                        name,
                        new PersonArchive.Part(
                                Math.toIntExact(entry.integer("schema").orElse(0L)),
                                entry.integer("documents").orElse(-1L),
                                entry.integer("bytes").orElse(-1L),
                                entry.text("sha256")));
            });
        } catch (InvalidInputException | ArithmeticException e) {
            throw damaged("its manifest is not complete", e);
        }
        Set<String> expected = new HashSet<>(Set.of(PersonArchive.MANIFEST));
        parts.keySet().forEach(name -> expected.add(PersonArchive.entry(name)));
        if (!expected.equals(names)) {
            throw damaged("its files are not those that its manifest names", null);
        }
        long total = 0;
        for (PersonArchive.Part part : parts.values()) {
            if (part.schema() < 1 || part.documents() < 0 || part.bytes() < 0 || part.bytes() > TOTAL_BYTES) {
                throw damaged("its manifest holds numbers that cannot be", null);
            }
            total += part.bytes();
        }
        if (total > TOTAL_BYTES || total > ALWAYS_FINE && total / LARGEST_RATIO > size()) {
            throw tooLarge();
        }
    }

    private Set<String> names() {
        Set<String> names = new HashSet<>();
        for (ZipEntry entry : zip.stream().limit(PARTS + 1L).toList()) {
            boolean known = entry.getName().equals(PersonArchive.MANIFEST) || PersonArchive.isPart(entry.getName());
            if (!known || entry.isDirectory() || !names.add(entry.getName())) {
                throw new PeopleException(
                        "archive-foreign",
                        "The file " + file + " holds a file that the export of a person does not have, or one twice;"
                                + " nothing was imported",
                        null);
            }
        }
        if (names.size() > PARTS) {
            throw tooLarge();
        }
        return names;
    }

    private Json manifest() {
        try (InputStream in = entry(PersonArchive.MANIFEST)) {
            byte[] bytes = in.readNBytes(MANIFEST_BYTES + 1);
            if (bytes.length > MANIFEST_BYTES) {
                throw tooLarge();
            }
            Json manifest = Json.parse(text(bytes));
            if (manifest.kind() != Json.Kind.OBJECT) {
                throw damaged("its manifest is not an object", null);
            }
            return manifest;
        } catch (IOException | InvalidInputException e) {
            throw damaged("its manifest cannot be read", e);
        }
    }

    private long size() {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new PeopleException("file", "The file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Reads a part whole, compares it with the manifest and has each line checked. */
    void check(String collection, Consumer<String> line) {
        MessageDigest digest = PersonArchive.sha256();
        long[] lines = {0};
        each(collection, digest, text -> {
            lines[0]++;
            try {
                line.accept(text);
            } catch (PeopleException e) {
                throw e;
            } catch (ArkestraException e) {
                throw damaged(
                        "line " + lines[0] + " of " + PersonArchive.entry(collection) + " is not one of its documents: "
                                + e.getMessage(),
                        e);
            }
        });
        PersonArchive.Part part = part(collection);
        if (!HexFormat.of().formatHex(digest.digest()).equals(part.sha256())) {
            throw damaged("its part " + collection + " does not have the SHA-256 that its manifest names", null);
        }
        if (lines[0] != part.documents()) {
            throw damaged(
                    "its part " + collection + " has " + lines[0] + " documents, but its manifest says "
                            + part.documents(),
                    null);
        }
    }

    /** Reads a part that was checked. */
    void read(String collection, Consumer<String> line) {
        each(collection, PersonArchive.sha256(), line);
    }

    private void each(String collection, MessageDigest digest, Consumer<String> line) {
        long left = part(collection).bytes();
        ByteArrayOutputStream current = new ByteArrayOutputStream();
        try (InputStream in = new BufferedInputStream(entry(PersonArchive.entry(collection)), 1 << 16)) {
            for (int next = in.read(); next >= 0; next = in.read()) {
                if (--left < 0) {
                    throw damaged("its part " + collection + " is larger than its manifest says", null);
                }
                digest.update((byte) next);
                if (next != '\n') {
                    current.write(next);
                } else {
                    line.accept(text(current.toByteArray()));
                    current.reset();
                }
                if (current.size() > LINE_BYTES) {
                    throw tooLarge();
                }
            }
        } catch (IOException e) {
            throw damaged("its part " + collection + " cannot be read", e);
        }
        if (left != 0 || current.size() != 0) {
            throw damaged("its part " + collection + " is cut off", null);
        }
    }

    private InputStream entry(String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        InputStream in = entry == null ? null : zip.getInputStream(entry);
        if (in == null) {
            throw damaged("it holds no " + name, null);
        }
        return in;
    }

    private static String text(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }

    private PeopleException damaged(String why, @Nullable Exception cause) {
        return new PeopleException(
                "archive-damaged", "The archive " + file + " is damaged (" + why + "); nothing was imported", cause);
    }

    private PeopleException tooLarge() {
        return new PeopleException(
                "archive-too-large",
                "The archive " + file + " would unpack to more than the export of a person can be; nothing was"
                        + " imported",
                null);
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            throw new PeopleException("file", "The file " + file + " could not be closed", e);
        }
    }
}
