package io.arkestra.tools.fs.internal;

import io.arkestra.spi.ProviderContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tools.document.internal.FileSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Files in the directories that the host opened, for tools that read them as a whole. Thread-safe. */
public final class RootSource implements FileSource {
    private static final int MOST_NAMES = 100_000;

    private final Roots roots;

    private RootSource(Roots roots) {
        this.roots = roots;
    }

    /** By the settings {@code roots} and {@code deny}, as the file tools read them. */
    public static RootSource of(ProviderContext context) {
        FilesSettings read = FilesSettings.read(context);
        return new RootSource(new Roots(read.roots(), read.deny(), true));
    }

    private Place place(Path path) {
        return roots.place(path.toString().replace('\\', '/'), "", false);
    }

    @Override
    public Path resolve(String named) {
        Place place = roots.place(named, "", false);
        if (!place.isRoot()) {
            look(place.absolute());
        }
        return place.absolute();
    }

    @Override
    public FileSource.Item look(Path path) {
        Place place = place(path);
        if (place.isRoot()) {
            return new FileSource.Item(place.root().name(), FileSource.Kind.DIRECTORY, 0, java.time.Instant.EPOCH);
        }
        try (Directory parent = roots.open(place.parent())) {
            return seen(place.name(), entry(parent, place));
        } catch (IOException e) {
            throw failed(place, e);
        }
    }

    private static Entry entry(Directory parent, Place place) throws IOException {
        Entry entry =
                parent.entry(place.name()).orElseThrow(() -> Refusal.missing("There is no '" + place.relative() + "'"));
        if (entry.kind() == Entry.Kind.LINK || entry.kind() == Entry.Kind.OTHER) {
            throw Refusal.invalid(
                    "'" + place.relative() + "' is " + entry.kind().word());
        }
        return entry;
    }

    private static FileSource.Item seen(String name, Entry entry) {
        FileSource.Kind kind = switch (entry.kind()) {
            case FILE -> FileSource.Kind.FILE;
            case DIRECTORY -> FileSource.Kind.DIRECTORY;
            default -> FileSource.Kind.OTHER;
        };
        return new FileSource.Item(name, kind, entry.bytes(), entry.modified());
    }

    private static ToolException failed(Place place, IOException e) {
        CallCancellation.throwIfInterrupted();
        return e instanceof NoSuchFileException
                ? Refusal.missing("'" + place.relative() + "' is not there any more")
                : Refusal.failed("'" + place.relative() + "' cannot be read: " + e.getMessage());
    }

    /** What is protected is not told of. */
    @Override
    public List<FileSource.Item> list(Path path) {
        Place place = place(path);
        List<FileSource.Item> entries = new ArrayList<>();
        try (Directory directory = roots.open(place)) {
            for (String name : directory.names(MOST_NAMES)) {
                if (roots.deny().denies(place.child(name).absolute(), false).isEmpty()) {
                    directory.entry(name).ifPresent(entry -> entries.add(seen(name, entry)));
                }
            }
        } catch (IOException e) {
            throw failed(place, e);
        }
        entries.sort(Comparator.comparing(FileSource.Item::name));
        return entries;
    }

    @Override
    public byte[] read(Path path, long most) {
        Place place = place(path);
        if (place.isRoot()) {
            throw Refusal.invalid("'" + place.root().name() + "' is a directory");
        }
        try (Directory parent = roots.open(place.parent())) {
            Entry entry = entry(parent, place);
            if (entry.kind() != Entry.Kind.FILE) {
                throw Refusal.invalid(
                        "'" + place.relative() + "' is " + entry.kind().word());
            }
            if (entry.bytes() > most) {
                throw tooLong(place, most);
            }
            try (InputStream in = Channels.newInputStream(parent.read(place.name()))) {
                byte[] bytes = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 16, most + 1));
                if (bytes.length > most) {
                    throw tooLong(place, most);
                }
                return bytes;
            }
        } catch (IOException e) {
            throw failed(place, e);
        }
    }

    private static ToolException tooLong(Place place, long most) {
        return Refusal.invalid(
                "'" + place.relative() + "' is longer than " + most + " bytes, which is the most that is read");
    }
}
