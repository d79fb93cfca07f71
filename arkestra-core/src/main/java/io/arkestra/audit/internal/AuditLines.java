package io.arkestra.audit.internal;

import io.arkestra.common.ArkestraException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Lines that are only ever added to: in a file, or in memory for an engine that keeps nothing. Written by one thread at a time, read by any. */
abstract class AuditLines implements AutoCloseable {
    /** No line is longer, in bytes; what is must not fill the memory of whoever reads it. */
    static final int LONGEST = 1 << 20;

    /** What is read of a line that is longer: no line of an audit. */
    private static final String TOO_LONG = "(a line of more than " + LONGEST + " bytes)";

    /** Takes one line after the other. */
    interface Reader {
        /** @param whole whether the line has its end; only the last can be without */
        void line(String text, boolean whole);
    }

    /** Adds a line, given without its end: whole or not at all, as long as the process lives. */
    abstract void append(String line);

    /** Gives the last line the end that it lacks, and adds one, both or neither. */
    abstract void appendAfterEnd(String line);

    /** Returns once everything has been handed to the disk. */
    abstract void force();

    abstract void read(Reader reader);

    @Override
    public void close() {}

    static AuditLines inMemory() {
        return new InMemory();
    }

    /** @throws ArkestraException when it cannot be opened */
    static AuditLines in(Path file) {
        try {
            return over(
                    file,
                    FileChannel.open(
                            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
        } catch (IOException e) {
            throw broken(file, "cannot be opened", e);
        }
    }

    /** @param channel appends to the file; closed with this */
    static AuditLines over(Path file, FileChannel channel) {
        return new InFile(file, channel);
    }

    static void read(Path file, Reader reader) {
        if (!Files.exists(file)) {
            return;
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream(512);
            int next;
            while ((next = in.read()) >= 0) {
                if (next == '\n') {
                    reader.line(line.size() > LONGEST ? TOO_LONG : line.toString(StandardCharsets.UTF_8), true);
                    line.reset();
                } else if (line.size() <= LONGEST) {
                    line.write(next);
                }
            }
            if (line.size() > 0) {
                reader.line(line.size() > LONGEST ? TOO_LONG : line.toString(StandardCharsets.UTF_8), false);
            }
        } catch (IOException e) {
            throw broken(file, "cannot be read", e);
        }
    }

    /** How many bytes there are up to the end of the last line that has one; counted in the file, which may hold anything. */
    static long lengthOfWholeLines(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            long length = 0;
            long whole = 0;
            for (int next = in.read(); next >= 0; next = in.read()) {
                length++;
                whole = next == '\n' ? length : whole;
            }
            return whole;
        }
    }

    private static ArkestraException broken(Path file, String what, IOException e) {
        return new ArkestraException("audit.file", "The audit " + file + " " + what + ": " + e, e);
    }

    private static final class InMemory extends AuditLines {
        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        void append(String line) {
            lines.add(line);
        }

        @Override
        void appendAfterEnd(String line) {
            lines.add(line);
        }

        @Override
        void force() {}

        @Override
        void read(Reader reader) {
            lines.forEach(line -> reader.line(line, true));
        }
    }

    private static final class InFile extends AuditLines {
        private static final long NOTHING = -1;

        private final Path file;
        private final FileChannel channel;
        /** Where a line begins that was not written whole; only its writer knows. */
        private long torn = NOTHING;

        InFile(Path file, FileChannel channel) {
            this.file = file;
            this.channel = channel;
        }

        @Override
        void append(String line) {
            write(line + "\n");
        }

        @Override
        void appendAfterEnd(String line) {
            write("\n" + line + "\n");
        }

        /** What a disk that is full has of it is taken away again: put behind a part of a line, the next one would be none. */
        private void write(String text) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            if (bytes.remaining() > LONGEST) {
                throw new ArkestraException(
                        "audit.line",
                        "A line of the audit has " + bytes.remaining() + " bytes, and may have " + LONGEST);
            }
            try {
                if (torn >= 0) {
                    takeAway();
                }
                torn = channel.size();
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                torn = NOTHING;
            } catch (IOException e) {
                try {
                    takeAway();
                } catch (IOException later) { // then before the next line
                    e.addSuppressed(later);
                }
                throw broken(file, "cannot be written", e);
            }
        }

        private void takeAway() throws IOException {
            if (torn >= 0 && channel.size() > torn) {
                channel.truncate(torn);
            }
            torn = NOTHING;
        }

        @Override
        void force() {
            try {
                channel.force(false);
            } catch (IOException e) {
                throw broken(file, "cannot be handed to the disk", e);
            }
        }

        @Override
        void read(Reader reader) {
            read(file, reader);
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw broken(file, "cannot be closed", e);
            }
        }
    }
}
