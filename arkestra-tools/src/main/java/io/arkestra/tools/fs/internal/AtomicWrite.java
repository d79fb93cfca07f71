package io.arkestra.tools.fs.internal;

import io.arkestra.common.Cancellation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Writes a file so that there is the old one or the new one, never a part: beside it, forced to the disk, then under its name. */
final class AtomicWrite {
    private static final int STEP = 64 * 1024;

    private final Pending pending;
    private final UnaryOperator<WritableByteChannel> disk;

    /** @param disk what stands between us and the disk; nothing does outside tests of a failing disk */
    AtomicWrite(Pending pending, UnaryOperator<WritableByteChannel> disk) {
        this.pending = pending;
        this.disk = disk;
    }

    /**
     * @param place of the file
     * @param parent its open directory
     * @param content all of it
     * @param before the file as it was looked at; empty when nothing may be there
     * @throws io.arkestra.tool.ToolException when something else changed meanwhile; nothing was changed then
     */
    void write(
            Place place,
            Directory parent,
            byte[] content,
            Optional<Entry> before,
            Set<PosixFilePermission> mode,
            Cancellation cancel)
            throws IOException {
        String temporary = pending.begin(place.parent());
        try {
            fill(parent, temporary, content, cancel);
            if (!mode.isEmpty()) {
                parent.mode(temporary, mode);
            }
            unchanged(place, parent, before);
            parent.move(temporary, parent, place.name());
            parent.sync();
            pending.end(temporary);
        } catch (IOException | RuntimeException e) {
            removed(parent, temporary, e);
            throw e;
        }
    }

    private void fill(Directory parent, String temporary, byte[] content, Cancellation cancel) throws IOException {
        try (FileChannel file = parent.create(temporary)) {
            WritableByteChannel channel = disk.apply(file);
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                cancel.throwIfCancelled();
                ByteBuffer step = rest.slice(rest.position(), Math.min(STEP, rest.remaining()));
                while (step.hasRemaining()) {
                    channel.write(step);
                }
                rest.position(rest.position() + step.capacity());
            }
            file.force(true);
        }
    }

    private static void unchanged(Place place, Directory parent, Optional<Entry> before) throws IOException {
        Optional<Entry> now = parent.entry(place.name());
        boolean same = before.isPresent() ? now.isPresent() && now.get().sameAs(before.get()) : now.isEmpty();
        if (!same) {
            throw Refusal.conflict("'" + place.relative() + "' was changed by somebody else; nothing was written");
        }
    }

    private void removed(Directory parent, String temporary, Exception why) {
        try {
            if (parent.entry(temporary).isPresent()) {
                parent.deleteFile(temporary);
            }
            pending.end(temporary);
        } catch (IOException | RuntimeException e) {
            // The note stays, so it is tried again at the next use.
            why.addSuppressed(e);
        }
    }
}
