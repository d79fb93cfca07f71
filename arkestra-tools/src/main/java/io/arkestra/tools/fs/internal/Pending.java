package io.arkestra.tools.fs.internal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which temporary files are being written, noted down before they are made: what a killed process left is removed at the next use. Thread-safe.
 */
final class Pending {
    /** How temporary files begin; nobody can ask for such a name. */
    static final String PREFIX = ".arkestra-";

    private final Path notes;
    private final Set<String> ours = ConcurrentHashMap.newKeySet();

    Pending(Path notes) throws IOException {
        this.notes = Files.createDirectories(notes);
    }

    /** A name for a temporary file or directory in a place, noted down. */
    String begin(Place directory) throws IOException {
        String token = UUID.randomUUID().toString();
        ours.add(token);
        try {
            Files.writeString(
                    notes.resolve(token), directory.root().path() + "\n" + String.join("/", directory.names()));
        } catch (IOException e) {
            end(PREFIX + token);
            throw e;
        }
        return PREFIX + token;
    }

    /** It is gone, or has its name. */
    void end(String temporary) throws IOException {
        String token = temporary.substring(PREFIX.length());
        Files.deleteIfExists(notes.resolve(token));
        ours.remove(token);
    }

    /** Removes what a process left that is no more. What cannot be removed now is tried again the next time. */
    void sweep(Roots roots) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(notes)) {
            for (Path note : left) {
                String token = String.valueOf(note.getFileName());
                if (!ours.contains(token)) {
                    sweep(roots, note, PREFIX + token);
                }
            }
        }
    }

    private static void sweep(Roots roots, Path note, String temporary) throws IOException {
        List<String> lines = Files.readAllLines(note);
        if (lines.isEmpty()) {
            // Killed while the note was written: the file was not made yet.
            Files.deleteIfExists(note);
            return;
        }
        for (Root root : roots.all()) {
            if (root.path().toString().equals(lines.get(0))) {
                List<String> names = lines.size() < 2 || lines.get(1).isEmpty()
                        ? List.of()
                        : List.of(lines.get(1).split("/"));
                remove(roots, new Place(root, names), temporary);
                Files.deleteIfExists(note);
            }
        }
    }

    private static void remove(Roots roots, Place place, String temporary) throws IOException {
        try (Directory directory = roots.open(place)) {
            Entry.Kind kind = directory.entry(temporary).map(Entry::kind).orElse(null);
            if (kind == Entry.Kind.FILE) {
                directory.deleteFile(temporary);
            } else if (kind == Entry.Kind.DIRECTORY) {
                Trees.delete(directory, temporary);
            }
        } catch (io.arkestra.tool.ToolException e) {
            // The directory went away, and the file with it.
            return;
        }
    }
}
