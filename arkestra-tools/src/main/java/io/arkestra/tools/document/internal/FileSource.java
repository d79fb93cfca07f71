package io.arkestra.tools.document.internal;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Where files are read: only below the directories that the host allows, and never through a link. Thread-safe. */
public interface FileSource {
    /** The sorts of what a directory holds. */
    enum Kind {
        FILE,
        DIRECTORY,
        /** A link, device, socket or the like: never read. */
        OTHER
    }

    /**
     * Something in a directory.
     *
     * @param name without a path
     * @param kind what it is, the link itself where it is a link
     * @param size in bytes
     * @param modified when it was last written
     */
    record Item(String name, Kind kind, long size, Instant modified) {}

    /**
     * The place that a name stands for, in its canonical form.
     *
     * @param named an absolute path, or one below an allowed directory
     * @throws io.arkestra.tool.ToolException when it is outside what is allowed, or is not there
     */
    Path resolve(String named);

    /**
     * What is there.
     *
     * @param place as {@link #resolve} gave it, or below it
     * @throws io.arkestra.tool.ToolException when it is not there any more, or is outside
     */
    Item look(Path place);

    /** What a directory holds, in order of names. */
    List<Item> list(Path directory);

    /**
     * The bytes of a file.
     *
     * @param most the most bytes that are read
     * @throws io.arkestra.tool.ToolException when it is longer, is no file, or is not there any more
     */
    byte[] read(Path file, long most);
}
