package io.arkestra.tools.fs.internal;

import io.arkestra.common.Cancellation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.security.MessageDigest;
import java.util.Optional;

/** Reads files of an open directory: only ordinary ones, so that no pipe or device is ever waited for. */
final class Contents {
    private static final int STEP = 64 * 1024;

    private Contents() {}

    /**
     * What was read.
     *
     * @param bytes the beginning, or all of it
     * @param whole whether it is all
     * @param entry the file as it was
     */
    record Read(byte[] bytes, boolean whole, Entry entry) {
        String sha256() {
            return Digests.of(bytes);
        }
    }

    /** The file under a name; empty when nothing is there. Anything else than a file is refused. */
    static Optional<Entry> file(Directory directory, String name) throws IOException {
        Optional<Entry> entry = directory.entry(name);
        if (entry.isPresent() && entry.get().kind() != Entry.Kind.FILE) {
            throw Refusal.invalid("'" + name + "' is " + entry.get().kind().word());
        }
        return entry;
    }

    /**
     * @param atMost bytes; what is longer is cut
     * @throws io.arkestra.tool.ToolException when it is no file or not there
     */
    static Read read(Directory directory, String name, long atMost, Cancellation cancel) throws IOException {
        Entry before = file(directory, name).orElseThrow(() -> Refusal.missing("There is no file '" + name + "'"));
        ByteArrayOutputStream bytes =
                new ByteArrayOutputStream((int) Math.min(before.bytes() + 1, Math.min(atMost, 1 << 20)));
        boolean whole = true;
        try (SeekableByteChannel channel = directory.read(name)) {
            same(directory, name, before);
            ByteBuffer buffer = ByteBuffer.allocate(STEP);
            while (channel.read(buffer) >= 0) {
                cancel.throwIfCancelled();
                int room = (int) Math.min(buffer.position(), atMost - bytes.size());
                bytes.write(buffer.array(), 0, room);
                if (room < buffer.position()) {
                    whole = false;
                    break;
                }
                buffer.clear();
            }
        }
        return new Read(bytes.toByteArray(), whole, before);
    }

    /** The digest of a file's bytes, however long it is. */
    static String sha256(Directory directory, String name, Cancellation cancel) throws IOException {
        Entry before = file(directory, name).orElseThrow(() -> Refusal.missing("There is no file '" + name + "'"));
        MessageDigest digest = Digests.start();
        try (SeekableByteChannel channel = directory.read(name)) {
            same(directory, name, before);
            ByteBuffer buffer = ByteBuffer.allocate(STEP);
            while (channel.read(buffer) >= 0) {
                cancel.throwIfCancelled();
                digest.update(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
        }
        return Digests.end(digest);
    }

    /** What was opened is what was looked at, when the name still leads to the same file. */
    private static void same(Directory directory, String name, Entry before) throws IOException {
        Optional<Entry> now = directory.entry(name);
        if (now.isEmpty()
                || now.get().kind() != before.kind()
                || !now.get().key().equals(before.key())) {
            throw Refusal.conflict("'" + name + "' was exchanged while it was opened");
        }
    }
}
