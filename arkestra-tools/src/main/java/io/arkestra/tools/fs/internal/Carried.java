package io.arkestra.tools.fs.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.tool.ToolException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A tree on its way to another file system: copied first, and deleted where it was only as far as it is what was copied. What came in or was
 * written meanwhile stays, and all the rest with it: what was deleted by then is put back. Used once, by one thread.
 */
final class Carried {
    /**
     * What was copied.
     *
     * @param entry as it was before it was copied
     * @param inside what is in it, if it is a directory
     */
    private record Part(String name, Entry entry, List<Part> inside) {}

    private final Directory from;
    private final Directory to;
    private final String newName;
    /** Makes directories on the file system of the new place. */
    private final Staging there;
    /** Makes directories on the file system of the old place. */
    private final Staging back;

    private final Cancellation cancel;
    /** What is not in its old place any more. */
    private final Set<Part> deleted = Collections.newSetFromMap(new IdentityHashMap<>());

    /** Whether what has the new name was made by this. */
    private boolean made;

    Carried(Directory from, Directory to, String newName, Staging there, Staging back, Cancellation cancel) {
        this.from = from;
        this.to = to;
        this.newName = newName;
        this.there = there;
        this.back = back;
        this.cancel = cancel;
    }

    /** Everything or nothing, as far as the two disks let it be. */
    void move(String name) throws IOException {
        Part tree;
        try {
            tree = copied(from, name, to, newName);
            checked(from, tree);
        } catch (IOException | RuntimeException e) {
            if (made) {
                Trees.delete(to, newName);
            }
            throw e;
        }
        try {
            deleteFiles(from, tree);
            deleteDirectories(from, tree);
        } catch (IOException | RuntimeException e) {
            restored(tree, e);
            throw e;
        }
    }

    private Part copied(Directory source, String name, Directory target, String copy) throws IOException {
        cancel.throwIfCancelled();
        Entry entry = source.entry(name).orElseThrow(() -> Refusal.conflict("'" + name + "' went away meanwhile"));
        List<Part> inside = new ArrayList<>();
        if (entry.kind() == Entry.Kind.FILE) {
            copyFile(source, name, target, copy, entry, () -> made = true);
        } else if (entry.kind() == Entry.Kind.DIRECTORY) {
            there.make(target, copy);
            made = true;
            try (Directory opened = source.directory(name);
                    Directory made = target.directory(copy)) {
                for (String child : Trees.sorted(opened, Integer.MAX_VALUE)) {
                    inside.add(copied(opened, child, made, child));
                }
            }
        } else {
            throw Refusal.invalid("'" + name + "' is " + entry.kind().word());
        }
        return new Part(name, entry, inside);
    }

    /** @param created is told once the file is there, before anything is in it */
    private static void copyFile(
            Directory source, String name, Directory target, String copy, Entry entry, Runnable created)
            throws IOException {
        try (SeekableByteChannel content = source.read(name);
                FileChannel written = target.create(copy)) {
            created.run();
            ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
            while (content.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    written.write(buffer);
                }
                buffer.clear();
            }
            written.force(true);
        }
        if (!entry.mode().isEmpty()) {
            target.mode(copy, entry.mode());
        }
    }

    /** Nothing was deleted yet, so that whoever works there loses nothing by it. */
    private static void checked(Directory parent, Part part) throws IOException {
        same(parent, part);
        if (part.entry().kind() == Entry.Kind.DIRECTORY) {
            try (Directory opened = parent.directory(part.name())) {
                HashSet<String> names = new HashSet<>(opened.names(Integer.MAX_VALUE));
                part.inside().forEach(child -> names.remove(child.name()));
                if (!names.isEmpty()) {
                    throw Refusal.conflict("'" + names.iterator().next() + "' came into '" + part.name()
                            + "' meanwhile; nothing was changed");
                }
                for (Part child : part.inside()) {
                    checked(opened, child);
                }
            }
        }
    }

    private static void same(Directory parent, Part part) throws IOException {
        Optional<Entry> now = parent.entry(part.name());
        boolean same = now.isPresent()
                && (part.entry().kind() == Entry.Kind.FILE
                        ? part.entry().sameAs(now.get())
                        : part.entry().kind() == now.get().kind()
                                && part.entry().key().equals(now.get().key()));
        if (!same) {
            throw Refusal.conflict("'" + part.name() + "' was changed meanwhile; nothing was changed by this");
        }
    }

    private void deleteFiles(Directory parent, Part part) throws IOException {
        same(parent, part);
        if (part.entry().kind() == Entry.Kind.FILE) {
            parent.deleteFile(part.name());
            deleted.add(part);
            return;
        }
        try (Directory opened = parent.directory(part.name())) {
            for (Part child : part.inside()) {
                deleteFiles(opened, child);
            }
        }
    }

    /** Fails where one is not empty: what is in it came in meanwhile. */
    private void deleteDirectories(Directory parent, Part part) throws IOException {
        if (part.entry().kind() != Entry.Kind.DIRECTORY) {
            return;
        }
        try (Directory opened = parent.directory(part.name())) {
            for (Part child : part.inside()) {
                deleteDirectories(opened, child);
            }
        }
        parent.deleteDirectory(part.name());
        deleted.add(part);
    }

    private void restored(Part tree, Exception failure) throws IOException {
        try {
            putBack(to, newName, from, tree);
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
            throw new ToolException(
                    ToolException.Reason.FAILED,
                    "'" + tree.name() + "' could be neither deleted wholly nor put back; all of it is kept as '"
                            + newName + "': " + failure.getMessage(),
                    failure);
        }
        Trees.delete(to, newName);
    }

    private void putBack(Directory kept, String copy, Directory parent, Part part) throws IOException {
        boolean missing = parent.entry(part.name()).isEmpty();
        if (!missing && deleted.contains(part)) {
            throw new FileAlreadyExistsException(part.name(), null, "somebody else made it meanwhile");
        }
        if (part.entry().kind() == Entry.Kind.FILE) {
            if (missing) {
                copyFile(kept, copy, parent, part.name(), part.entry(), () -> {});
            }
            return;
        }
        if (missing) {
            back.make(parent, part.name());
        }
        try (Directory opened = kept.directory(copy);
                Directory place = parent.directory(part.name())) {
            for (Part child : part.inside()) {
                putBack(opened, child.name(), place, child);
            }
        }
    }
}
