package io.arkestra.keyword.lucene.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * What the partitions hold together: written last in a commit, by an atomic rename, so that it never claims more than what is there.
 *
 * @param spec names the fields, their parameters and the version of the analysis
 * @param sequence the feed sequence up to which the partitions are complete
 * @param partitions by directory name
 */
record Manifest(String spec, long sequence, Map<String, Partition> partitions) {
    private static final String FILE = "manifest";
    private static final String HEADER = "arkestra-keyword-index 1";

    /**
     * A partition as it was committed.
     *
     * @param generation of the Lucene commit; a later one is fine, because replaying changes again does no harm
     * @param docs how many texts it held
     */
    record Partition(long generation, long docs) {}

    Manifest {
        partitions = Map.copyOf(partitions);
    }

    static boolean exists(Path directory) {
        return Files.exists(directory.resolve(FILE));
    }

    /** @throws IOException when it is not exactly what {@link #write} wrote; the message says what is wrong */
    static Manifest read(Path directory) throws IOException {
        String text = new String(Files.readAllBytes(directory.resolve(FILE)), StandardCharsets.UTF_8);
        int last = text.lastIndexOf("\ncrc ");
        if (last < 0) {
            throw new IOException("it has no check sum");
        }
        String body = text.substring(0, last + 1);
        if (!text.substring(last + 1).equals("crc " + crc(body) + "\n")) {
            throw new IOException("its check sum does not match");
        }
        String[] lines = body.split("\n");
        if (lines.length < 3 || !lines[0].equals(HEADER)) {
            throw new IOException("it is of another version");
        }
        try {
            Map<String, Partition> partitions = new TreeMap<>();
            for (int i = 3; i < lines.length; i++) {
                String[] parts = lines[i].split(" ");
                partitions.put(parts[0], new Partition(Long.parseLong(parts[1]), Long.parseLong(parts[2])));
            }
            return new Manifest(lines[1], Long.parseLong(lines[2]), partitions);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IOException("a line of it is malformed", e);
        }
    }

    void write(Path directory) throws IOException {
        StringBuilder body = new StringBuilder(HEADER)
                .append('\n')
                .append(spec)
                .append('\n')
                .append(sequence)
                .append('\n');
        new TreeMap<>(partitions)
                .forEach((name, partition) -> body.append(name)
                        .append(' ')
                        .append(partition.generation())
                        .append(' ')
                        .append(partition.docs())
                        .append('\n'));
        String text = body + "crc " + crc(body.toString()) + "\n";
        Path temporary = directory.resolve(FILE + ".new");
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(
                temporary,
                directory.resolve(FILE),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    static void delete(Path directory) throws IOException {
        Files.deleteIfExists(directory.resolve(FILE));
        Files.deleteIfExists(directory.resolve(FILE + ".new"));
    }

    private static String crc(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(crc.getValue());
    }
}
