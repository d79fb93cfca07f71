package io.arkestra.examples.chat;

import io.arkestra.ArkestraBuilder;
import io.arkestra.common.Json;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Policy;
import io.arkestra.policy.Remember;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The directories of the option {@code --files}: their files and repositories may be read, imported and indexed; before a file is written,
 * moved or deleted, or a document or an index is forgotten, the person is asked.
 */
final class OpenedFiles {
    private static final String PROVIDER = "files";
    private static final String OTHERWISE = "files";
    private static final int LONGEST_NAME = 25;

    /** What may be done without asking: it reads, or adds to what is the user's own. */
    private static final List<String> ALLOWED = List.of(
            "fs.read",
            "fs.list",
            "fs.search",
            "git.status",
            "git.diff",
            "git.log",
            "document.import",
            "document.list",
            "document.search",
            "index.project",
            "index.status",
            "index.watch",
            "project.search");

    private static final List<String> ASKED =
            List.of("fs.write", "fs.move", "fs.delete", "document.forget", "index.drop");

    private final List<Path> directories;

    OpenedFiles(List<Path> directories) {
        this.directories = List.copyOf(directories);
    }

    /** @throws UsageException when one of them is no directory that can be read */
    void check() throws UsageException {
        for (Path directory : directories) {
            Path absolute = directory.toAbsolutePath().normalize();
            String named = "--files '" + directory + "': ";
            if (!Files.exists(absolute)) {
                throw new UsageException(named + "there is no " + absolute + "; expected a directory that exists");
            }
            if (!Files.isDirectory(absolute)) {
                throw new UsageException(
                        named + absolute + " is a file; expected a directory, such as the one that it is in");
            }
            if (!Files.isReadable(absolute)) {
                throw new UsageException(named + absolute + " may not be read; expected a directory that you may read");
            }
        }
    }

    /** Opens them to the engine's tools; does nothing when there are none. */
    void to(ArkestraBuilder builder) {
        if (directories.isEmpty()) {
            return;
        }
        builder.tools(tools -> tools.configure(PROVIDER, settings()))
                .policy(policy -> policy.allow(ALLOWED.toArray(String[]::new))
                        .allow(ASKED.toArray(String[]::new))
                        .add(asking()));
    }

    /** Whether a tool is one of those that are there with a directory. */
    static boolean allows(String tool) {
        return ALLOWED.contains(tool) || ASKED.contains(tool);
    }

    private static Policy asking() {
        return (action, scope) -> action.kind().equals("tool.call") && ASKED.contains(action.name())
                ? Decision.ask("chat.files", "it changes or forgets something of yours")
                        .withRemember(new Remember(Remember.Scope.USER, Duration.ofHours(8), List.of("args")))
                : Decision.abstain();
    }

    /** Roots by the names of their directories, made different where two are alike. */
    Json settings() {
        Set<String> names = new LinkedHashSet<>();
        List<String> roots = new ArrayList<>();
        for (Path directory : directories) {
            Path absolute = directory.toAbsolutePath().normalize();
            String wanted = name(absolute);
            String name = wanted;
            for (int i = 2; !names.add(name); i++) {
                name = wanted + "-" + i;
            }
            roots.add(name + "=" + absolute);
        }
        return Json.object().put("roots", Json.strings(roots)).build();
    }

    private static String name(Path directory) {
        String last = directory.getFileName() == null ? "" : String.valueOf(directory.getFileName());
        String name =
                last.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^[^a-z]+|-+$", "");
        return name.isEmpty() ? OTHERWISE : name.substring(0, Math.min(LONGEST_NAME, name.length()));
    }
}
