package io.arkestra.tools.fs.internal;

import io.arkestra.common.Cancellation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Files and directories with all that is in them, by descriptors: counted with a digest, copied, deleted. */
final class Trees {
    private static final int MAX_DEPTH = 64;

    private Trees() {}

    /** Judges a part of a tree, by the names below the tree's own place; throws when it may not be touched. */
    interface Judge {
        void check(List<String> below, Entry entry);
    }

    /**
     * What a tree is.
     *
     * @param files how many
     * @param directories how many, itself included
     * @param bytes of all files
     * @param digest of names, kinds and contents
     */
    record Seen(int files, int directories, long bytes, String digest) {}

    /**
     * Looks at all of a tree.
     *
     * @param atMost files and directories
     * @param maxBytes of all files
     * @return empty when nothing is there
     */
    static Optional<Seen> look(
            Directory parent, String name, int atMost, long maxBytes, Judge judge, Cancellation cancel)
            throws IOException {
        Look look = new Look(atMost, maxBytes, judge, cancel);
        Optional<Entry> entry = parent.entry(name);
        if (entry.isEmpty()) {
            return Optional.empty();
        }
        look.visit(parent, name, List.of(), entry.get());
        return Optional.of(new Seen(look.files, look.directories, look.bytes, Digests.end(look.digest)));
    }

    private static final class Look {
        private final int atMost;
        private final long maxBytes;
        private final Judge judge;
        private final Cancellation cancel;
        private final MessageDigest digest = Digests.start();
        private int files;
        private int directories;
        private long bytes;

        Look(int atMost, long maxBytes, Judge judge, Cancellation cancel) {
            this.atMost = atMost;
            this.maxBytes = maxBytes;
            this.judge = judge;
            this.cancel = cancel;
        }

        void visit(Directory parent, String name, List<String> below, Entry entry) throws IOException {
            cancel.throwIfCancelled();
            judge.check(below, entry);
            if (files + directories >= atMost) {
                throw Refusal.invalid("There are more than " + atMost + " files in it; do it in parts");
            }
            if (entry.kind() == Entry.Kind.FILE) {
                files++;
                bytes += entry.bytes();
                if (bytes > maxBytes) {
                    throw Refusal.invalid(
                            "It holds more than " + maxBytes + " bytes, which could not be kept for undoing");
                }
                note("f", below, Contents.sha256(parent, name, cancel));
            } else if (entry.kind() == Entry.Kind.DIRECTORY) {
                directories++;
                note("d", below, "");
                if (below.size() >= MAX_DEPTH) {
                    throw Refusal.invalid("It is more than " + MAX_DEPTH + " directories deep");
                }
                try (Directory inside = parent.directory(name)) {
                    for (String child : sorted(inside, atMost + 1)) {
                        Optional<Entry> found = inside.entry(child);
                        if (found.isPresent()) {
                            visit(inside, child, longer(below, child), found.get());
                        }
                    }
                }
            } else {
                throw Refusal.invalid("'" + name + "' is " + entry.kind().word() + "; it has to go first");
            }
        }

        private void note(String kind, List<String> below, String content) {
            digest.update(
                    (kind + "\0" + String.join("/", below) + "\0" + content + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    private static List<String> longer(List<String> names, String name) {
        List<String> all = new ArrayList<>(names);
        all.add(name);
        return all;
    }

    static List<String> sorted(Directory directory, int atMost) throws IOException {
        List<String> names = directory.names(atMost);
        Collections.sort(names);
        return names;
    }

    /**
     * Moves a tree at once where both places are on one file system; otherwise copies it first and deletes then what it copied.
     *
     * @param there makes directories on the file system of the new place
     * @param back makes directories on the file system of the old place
     */
    static void move(
            Directory from, String name, Directory to, String newName, Staging there, Staging back, Cancellation cancel)
            throws IOException {
        try {
            from.move(name, to, newName);
        } catch (AtomicMoveNotSupportedException e) {
            new Carried(from, to, newName, there, back, cancel).move(name);
        }
    }

    /** Deletes a tree; a link in it goes, what it leads to stays. */
    static void delete(Directory parent, String name) throws IOException {
        Optional<Entry> entry = parent.entry(name);
        if (entry.isEmpty()) {
            return;
        }
        if (entry.get().kind() != Entry.Kind.DIRECTORY) {
            parent.deleteFile(name);
            return;
        }
        try (Directory inside = parent.directory(name)) {
            for (String child : inside.names(Integer.MAX_VALUE)) {
                delete(inside, child);
            }
        }
        parent.deleteDirectory(name);
    }
}
