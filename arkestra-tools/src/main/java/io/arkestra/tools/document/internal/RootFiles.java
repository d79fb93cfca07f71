package io.arkestra.tools.document.internal;

import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Files below some directories, opened without following links, the path checked again once a file is open. Thread-safe. */
public final class RootFiles implements FileSource {
    private final List<Path> roots;

    /** @param roots directories that may be read; those that do not exist are left out */
    public RootFiles(List<Path> roots) {
        List<Path> real = new ArrayList<>();
        for (Path root : roots) {
            try {
                real.add(root.toRealPath());
            } catch (IOException e) {
                // It may be a disk that is not there today; a path below it is refused as outside.
                continue;
            }
        }
        this.roots = List.copyOf(real);
    }

    @Override
    public Path resolve(String named) {
        if (roots.isEmpty()) {
            throw new ToolException(
                    Reason.NOT_SUPPORTED,
                    "No directory may be read; the host allows directories by the setting 'roots' of the tools");
        }
        Path asked = path(named);
        for (Path root : roots) {
            Path place = root.resolve(asked).normalize();
            if (place.startsWith(root) && Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
                inside(place);
                return place;
            }
        }
        boolean outside = asked.isAbsolute() && roots.stream().noneMatch(asked.normalize()::startsWith);
        throw outside
                ? outside(named)
                : new ToolException(Reason.NOT_FOUND, "'" + named + "' is not there; it is looked for below " + roots);
    }

    private static Path path(String named) {
        try {
            return Path.of(named);
        } catch (InvalidPathException e) {
            throw new ToolException(Reason.INVALID_ARGUMENTS, "'" + named + "' is no path: " + e.getReason(), e);
        }
    }

    private ToolException outside(Object place) {
        return new ToolException(Reason.INVALID_ARGUMENTS, "'" + place + "' is outside of what may be read: " + roots);
    }

    /** No part of it may be a link: what it stands for could be exchanged between two looks. */
    private void inside(Path place) {
        try {
            Path real = place.toRealPath();
            if (!real.equals(place) || roots.stream().noneMatch(real::startsWith)) {
                throw outside(place);
            }
        } catch (IOException e) {
            throw gone(place, e);
        }
    }

    private static ToolException gone(Path place, IOException cause) {
        return cause instanceof NoSuchFileException
                ? new ToolException(Reason.NOT_FOUND, "'" + place + "' is not there any more", cause)
                : new ToolException(Reason.FAILED, "'" + place + "' cannot be read: " + cause, cause);
    }

    @Override
    public Entry look(Path place) {
        try {
            return entry(place);
        } catch (IOException e) {
            throw gone(place, e);
        }
    }

    private static Entry entry(Path place) throws IOException {
        BasicFileAttributes facts = Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        Kind kind = facts.isRegularFile() ? Kind.FILE : facts.isDirectory() ? Kind.DIRECTORY : Kind.OTHER;
        return new Entry(
                String.valueOf(place.getFileName()),
                kind,
                facts.size(),
                facts.lastModifiedTime().toInstant());
    }

    @Override
    public List<Entry> list(Path directory) {
        inside(directory);
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path place : stream) {
                try {
                    entries.add(entry(place));
                } catch (NoSuchFileException e) {
                    // It went while the directory was read.
                    continue;
                }
            }
        } catch (IOException e) {
            throw gone(directory, e);
        }
        entries.sort(Comparator.comparing(Entry::name));
        return entries;
    }

    @Override
    public byte[] read(Path file, long most) {
        Entry entry = look(file);
        if (entry.kind() != Kind.FILE) {
            throw new ToolException(Reason.INVALID_ARGUMENTS, "'" + file + "' is no ordinary file");
        }
        if (entry.size() > most) {
            throw tooLong(file, most);
        }
        try (InputStream in = Channels.newInputStream(
                Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)))) {
            // Checked once it is open: what is read is what was checked, unless it was exchanged twice in between.
            inside(file);
            byte[] bytes = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 16, most + 1));
            if (bytes.length > most) {
                throw tooLong(file, most);
            }
            return bytes;
        } catch (IOException e) {
            throw gone(file, e);
        }
    }

    private static ToolException tooLong(Path file, long most) {
        return new ToolException(
                Reason.INVALID_ARGUMENTS,
                "'" + file + "' is longer than " + most + " bytes, which is the most that is read");
    }
}
