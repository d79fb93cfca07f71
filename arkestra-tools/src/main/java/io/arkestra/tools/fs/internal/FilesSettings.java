package io.arkestra.tools.fs.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.SettingKey;
import io.arkestra.spi.SettingKey.Type;
import io.arkestra.spi.Settings;
import io.arkestra.spi.SettingsSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the host opened to the tools, and how far.
 *
 * @param roots directories
 * @param deny what is never reached
 * @param limits of reading and of trees
 * @param fileBytes how long a written file may be
 * @param dayBytes how much a user may write in a day
 * @param undoBytes how much is kept for undoing
 * @param undoFor how long it is kept
 */
record FilesSettings(
        List<Root> roots,
        DenyList deny,
        FileAccess.Limits limits,
        long fileBytes,
        long dayBytes,
        long undoBytes,
        Duration undoFor) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,30}");
    private static final long MIB = 1024 * 1024;

    static final SettingsSpec SPEC = SettingsSpec.none()
            .with(SettingKey.optional(
                    "roots",
                    Type.LIST,
                    "none",
                    "directories that tools may use, each as name=path; nothing outside them is reached"))
            .with(SettingKey.optional("readOnly", Type.LIST, "none", "names of roots in which nothing may be changed"))
            .with(SettingKey.optional(
                    "trusted",
                    Type.LIST,
                    "none",
                    "names of roots whose every word the host vouches for: what is read there is not tainted"))
            .with(SettingKey.optional(
                    "deny",
                    Type.LIST,
                    "none",
                    "what no tool reaches besides the shipped list: names with * and ?, / between them"))
            .with(
                    SettingKey.optional(
                            "except",
                            Type.LIST,
                            "none",
                            "names that id_* and .env* of the shipped list mean and that hold no keys, such as .env.example or id_*.ts"))
            .with(SettingKey.optional("fileBytes", Type.INTEGER, "10485760", "how long a written file may be"))
            .with(SettingKey.optional("dayBytes", Type.INTEGER, "1073741824", "how much a user may write in a day"))
            .with(SettingKey.optional("readBytes", Type.INTEGER, "16777216", "how much of a file is looked at"))
            .with(SettingKey.optional("shownChars", Type.INTEGER, "65536", "how much of a file one call shows"))
            .with(SettingKey.optional("results", Type.INTEGER, "1000", "how many files or lines one call shows"))
            .with(SettingKey.optional("treeFiles", Type.INTEGER, "1000", "how many files are moved or deleted at once"))
            .with(SettingKey.optional(
                    "undoBytes", Type.INTEGER, "1073741824", "how much is kept of what was there before, to undo"))
            .with(SettingKey.optional("undoFor", Type.DURATION, "P30D", "how long it is kept"));

    /** With what the engine protects. */
    static FilesSettings read(ProviderContext context) {
        return read(context.settings(), context.home(), context.protectedFiles());
    }

    /**
     * @param home the engine's own directory, in which nothing is reached
     * @param unchanged files that are never changed
     */
    static FilesSettings read(Settings settings, Optional<Path> home, List<Path> unchanged) {
        List<Path> homes = homes(home);
        Set<String> readOnly = new HashSet<>(settings.strings("readOnly").orElse(List.of()));
        Set<String> trusted = new HashSet<>(settings.strings("trusted").orElse(List.of()));
        List<Root> roots = new ArrayList<>();
        for (String text : settings.strings("roots").orElse(List.of())) {
            Root root = root(text, readOnly, trusted);
            if (roots.stream().anyMatch(other -> other.name().equals(root.name()))) {
                throw new ConfigException("roots names '" + root.name() + "' twice; names must differ");
            }
            if (homes.stream().anyMatch(root.path()::startsWith)) {
                throw new ConfigException("The root '" + root.name() + "' is inside Arkestra's own directory "
                        + homes.get(0) + "; choose another one");
            }
            roots.add(root);
        }
        known("readOnly", readOnly, roots);
        known("trusted", trusted, roots);
        long undoBytes = number(settings, "undoBytes", 1_024 * MIB, 1, Long.MAX_VALUE);
        return new FilesSettings(
                List.copyOf(roots),
                DenyList.with(
                        settings.strings("deny").orElse(List.of()),
                        settings.strings("except").orElse(List.of()),
                        homes,
                        reached(unchanged)),
                new FileAccess.Limits(
                        (int) number(settings, "readBytes", 16 * MIB, 1, 512 * MIB),
                        (int) number(settings, "shownChars", 65_536, 100, 16 * MIB),
                        (int) number(settings, "results", 1_000, 1, 100_000),
                        (int) number(settings, "treeFiles", 1_000, 1, 100_000),
                        undoBytes),
                number(settings, "fileBytes", 10 * MIB, 1, 512 * MIB),
                number(settings, "dayBytes", 1_024 * MIB, 1, Long.MAX_VALUE),
                undoBytes,
                settings.duration("undoFor").orElse(Duration.ofDays(30)));
    }

    private static Root root(String text, Set<String> readOnly, Set<String> trusted) {
        int equals = text.indexOf('=');
        String name = equals < 0 ? "" : text.substring(0, equals);
        if (!NAME.matcher(name).matches()) {
            throw new ConfigException(
                    "roots holds '" + text
                            + "'; expected name=path with a name of lower-case letters, digits and -, for example project=/home/me/project");
        }
        try {
            Path given = Path.of(text.substring(equals + 1));
            if (!given.isAbsolute()) {
                throw new ConfigException(
                        "The path of the root '" + name + "' is '" + given + "'; expected an absolute path");
            }
            Path path = given.toRealPath();
            if (!Files.isDirectory(path)) {
                throw new ConfigException("The root '" + name + "' is no directory: " + given);
            }
            if (path.getNameCount() == 0) {
                throw new ConfigException("The root '" + name + "' would be the whole disk; name a directory in it");
            }
            return new Root(name, path, given.normalize(), readOnly.contains(name), trusted.contains(name));
        } catch (InvalidPathException | IOException e) {
            throw new ConfigException(
                    "The directory of the root '" + name + "' cannot be opened: " + e.getMessage(), e);
        }
    }

    private static void known(String key, Set<String> names, List<Root> roots) {
        for (String name : names) {
            if (roots.stream().noneMatch(root -> root.name().equals(name))) {
                throw new ConfigException(key + " names '" + name + "', which is not among the roots");
            }
        }
    }

    private static long number(Settings settings, String key, long otherwise, long least, long most) {
        long value = settings.integer(key).orElse(otherwise);
        if (value < least || value > most) {
            throw new ConfigException(key + " is " + value + "; expected " + least + " to " + most);
        }
        return value;
    }

    /** The engine's own directory as a list of what is protected with everything in it. */
    static List<Path> homes(Optional<Path> home) {
        return home.map(FilesSettings::real).map(List::of).orElse(List.of());
    }

    private static Path real(Path path) {
        return Roots.real(path.toAbsolutePath().normalize());
    }

    /** Each as it is named, and as its links lead: neither a link nor what it leads to may be exchanged. */
    static List<Path> reached(List<Path> files) {
        return files.stream()
                .flatMap(file -> Stream.of(file.toAbsolutePath().normalize(), besideLinks(file), real(file)))
                .distinct()
                .toList();
    }

    private static Path besideLinks(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        return parent == null ? absolute : Roots.real(parent).resolve(absolute.getFileName());
    }
}
