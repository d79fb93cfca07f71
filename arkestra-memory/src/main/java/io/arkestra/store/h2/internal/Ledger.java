package io.arkestra.store.h2.internal;

import io.arkestra.store.StoreException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * A small file beside the database that remembers which database it is and how far it had come. H2 opens a truncated file without a
 * word and shows an older state; the ledger is how that is noticed.
 *
 * <p>Two slots are written in turn, each with a CRC, so that a torn write leaves the other one whole. Not thread-safe.
 */
final class Ledger implements AutoCloseable {
    static final String FILE = "arkestra.ledger";
    private static final long MAGIC = 0x41524b4c45444752L; // "ARKLEDGR"
    private static final int PAYLOAD = 8 + 8 + 16 + 8;
    private static final int SLOT = 512;

    /**
     * What a ledger says.
     *
     * @param generation counts the writes
     * @param store identity of the database
     * @param sequence highest sequence that was committed and handed to the disk
     */
    record State(long generation, UUID store, long sequence) {}

    private final Path path;
    private final RandomAccessFile file;
    private State state;

    private Ledger(Path path, RandomAccessFile file, State state) {
        this.path = path;
        this.file = file;
        this.state = state;
    }

    /** What the ledger of a directory says; empty when there is none. */
    static Optional<State> read(Path directory) {
        Path path = directory.resolve(FILE);
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(path);
        } catch (IOException e) {
            throw new StoreException("damaged", "The ledger " + path + " cannot be read: " + e.getMessage(), false, e);
        }
        Optional<State> first = slot(bytes, 0);
        Optional<State> second = slot(bytes, SLOT);
        if (first.isEmpty() && second.isEmpty()) {
            throw new StoreException(
                    "damaged",
                    "The ledger " + path + " is damaged, so it is unknown whether the database beside it is complete."
                            + " Restore a backup, or delete the ledger to accept the database as it is");
        }
        return first.isPresent() && second.isPresent()
                ? (first.get().generation() > second.get().generation() ? first : second)
                : first.or(() -> second);
    }

    /** Opens the ledger for writing and writes the state into it. */
    static Ledger open(Path directory, UUID store, long sequence) {
        long generation = read(directory).map(State::generation).orElse(0L);
        Path path = directory.resolve(FILE);
        try {
            RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
            Ledger ledger = new Ledger(path, file, new State(generation, store, -1));
            ledger.advance(sequence);
            return ledger;
        } catch (IOException e) {
            throw DirectoryLock.notWritable(directory, e);
        }
    }

    /** Notes a higher sequence and hands it to the disk; does nothing when it is not higher. */
    void advance(long sequence) {
        if (sequence <= state.sequence()) {
            return;
        }
        State next = new State(state.generation() + 1, state.store(), sequence);
        try {
            file.seek((next.generation() & 1) * SLOT);
            file.write(bytes(next));
            file.getFD().sync();
            state = next;
        } catch (IOException e) {
            throw SqlErrors.translate("Writing the ledger", path.toString(), e);
        }
    }

    private static byte[] bytes(State state) {
        ByteBuffer buffer = ByteBuffer.allocate(SLOT);
        buffer.putLong(MAGIC).putLong(state.generation());
        buffer.putLong(state.store().getMostSignificantBits())
                .putLong(state.store().getLeastSignificantBits())
                .putLong(state.sequence());
        CRC32 crc = new CRC32();
        crc.update(buffer.array(), 0, PAYLOAD);
        buffer.putLong(crc.getValue());
        return buffer.array();
    }

    private static Optional<State> slot(byte[] bytes, int at) {
        if (bytes.length < at + PAYLOAD + 8) {
            return Optional.empty();
        }
        byte[] slot = Arrays.copyOfRange(bytes, at, at + PAYLOAD + 8);
        ByteBuffer buffer = ByteBuffer.wrap(slot);
        CRC32 crc = new CRC32();
        crc.update(slot, 0, PAYLOAD);
        long magic = buffer.getLong();
        State state = new State(buffer.getLong(), new UUID(buffer.getLong(), buffer.getLong()), buffer.getLong());
        return magic == MAGIC && buffer.getLong() == crc.getValue() ? Optional.of(state) : Optional.empty();
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("The ledger " + path + " could not be closed", e);
        }
    }
}
