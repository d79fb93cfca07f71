package io.arkestra.tools.fs.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An open directory. Names are single names, links are never followed, and what is done is done in this directory, wherever it was moved to
 * meanwhile. Used by one thread.
 */
interface Directory extends Closeable {
    /** Where it was when it was opened. */
    Path path();

    /** What is under a name; empty when nothing is. */
    Optional<Entry> entry(String name) throws IOException;

    /** The names in it, in no order. */
    List<String> names(int atMost) throws IOException;

    /** The first names that a stream gives. */
    static List<String> names(DirectoryStream<Path> stream, int atMost) throws IOException {
        List<String> names = new ArrayList<>();
        try {
            for (Path found : stream) {
                names.add(String.valueOf(found.getFileName()));
                if (names.size() >= atMost) {
                    break;
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    /** Opens a directory in it. */
    Directory directory(String name) throws IOException;

    /** Opens a file to read. */
    SeekableByteChannel read(String name) throws IOException;

    /** Makes a file that only its owner may read and write; fails when something has that name. */
    FileChannel create(String name) throws IOException;

    /** Sets who may do what, where the system has such modes. */
    void mode(String name, Set<PosixFilePermission> mode) throws IOException;

    /** Gives a file or directory another name, at once or not at all; a file that has that name is replaced. */
    void move(String name, Directory to, String newName) throws IOException;

    void deleteFile(String name) throws IOException;

    void deleteDirectory(String name) throws IOException;

    /** Sees to it that names are on the disk, as far as the system can. */
    void sync();

    /** How many names a file has; 1 where the system does not tell. The path is used, so compare the key. */
    int links(String name, Entry seen) throws IOException;

    @Override
    void close();
}
