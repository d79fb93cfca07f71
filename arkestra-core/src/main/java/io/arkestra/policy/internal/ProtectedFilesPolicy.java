package io.arkestra.policy.internal;

import io.arkestra.common.Scope;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Policy;
import io.arkestra.provenance.internal.RealPath;
import io.arkestra.tool.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Denies changes of the files that say what may be done: whoever may rewrite the rules is held by none. They are found by any name they have:
 * through links, in other case, in other forms of letters, as a second name of the same file. A directory that holds one is asked about, as
 * nobody knows what a change of it means. Never allows. Immutable.
 */
public final class ProtectedFilesPolicy implements Policy {
    /** Id of the rule, as decisions name it. */
    public static final String RULE = "rules.protected";

    /** Directories of projects that hold their rules. */
    private static final String PROJECT = ".arkestra";

    private final List<Path> files;
    private final Set<String> folded = new LinkedHashSet<>();
    private final @Nullable String home;
    private final Set<String> others = new LinkedHashSet<>();

    /**
     * @param files what is protected, whether it is there or not
     * @param home the engine's own directory, in which nothing is changed; null when there is none
     * @param others directories that may lie in the home and are not the engine's own: of projects, and what providers of tools keep
     */
    public ProtectedFilesPolicy(List<Path> files, @Nullable Path home, List<Path> others) {
        this.files = List.copyOf(files);
        files.forEach(file -> forms(file).forEach(form -> folded.add(folded(form))));
        this.home = home == null ? null : folded(RealPath.path(home));
        others.forEach(other -> this.others.add(folded(RealPath.path(other))));
    }

    @Override
    public Decision decide(Action action, Scope scope) {
        Decision decision = Decision.abstain();
        for (Target target : action.targets()) {
            if (target.changes() && target.kind().equals(Target.PATH)) {
                decision = decision.and(of(target.value()));
            }
        }
        return decision;
    }

    private Decision of(String value) {
        List<Path> forms;
        try {
            forms = forms(Path.of(value));
        } catch (InvalidPathException e) {
            return Decision.deny(RULE, "'" + value + "' is no path on this system, so nobody can tell what it changes");
        }
        Decision decision = Decision.abstain();
        for (Path form : forms) {
            String name = folded(form);
            Optional<String> why = protects(name).or(() -> otherName(form));
            if (why.isPresent()) {
                return Decision.deny(
                        RULE, "'" + value + "' " + why.get() + ", which no tool changes, whatever is allowed");
            }
            if (holds(name)) {
                decision = Decision.ask(RULE, "'" + value + "' is a directory that holds rules of this engine")
                        .withObligation(Decision.NO_REMEMBER);
            }
        }
        return decision;
    }

    private Optional<String> protects(String name) {
        // The home may itself lie in a directory of that name.
        String below = name;
        if (home != null && (name.equals(home) || name.startsWith(home + "/"))) {
            below = name.substring(home.length());
            String within = home + "/";
            if (others.stream().noneMatch(other -> other.startsWith(within) && name.startsWith(other + "/"))) {
                return Optional.of("is in the engine's own directory");
            }
        }
        if ((below + "/").contains("/" + PROJECT + "/")) {
            return Optional.of("is where a project keeps its rules");
        }
        return folded.stream().anyMatch(file -> name.equals(file) || name.startsWith(file + "/"))
                ? Optional.of("says what tools may do")
                : Optional.empty();
    }

    /** Whether it is one of the files by another name: a hard link, or one of a file system with rules of its own about names. */
    private Optional<String> otherName(Path path) {
        for (Path file : files) {
            try {
                if (Files.isRegularFile(path) && Files.exists(file) && Files.isSameFile(path, file)) {
                    return Optional.of("is another name of a file that says what tools may do");
                }
            } catch (IOException e) {
                return Optional.of("cannot be told from a file that says what tools may do");
            }
        }
        return Optional.empty();
    }

    private boolean holds(String name) {
        String within = name + "/";
        return (home != null && home.startsWith(within)) || folded.stream().anyMatch(file -> file.startsWith(within));
    }

    /** As it is written, and as its links lead. */
    private static List<Path> forms(Path path) {
        Path written = path.toAbsolutePath().normalize();
        Path real = RealPath.path(path);
        return written.equals(real) ? List.of(real) : List.of(written, real);
    }

    private static String folded(Path path) {
        StringBuilder text = new StringBuilder();
        for (Path name : path) {
            text.append('/').append(folded(name.toString()));
        }
        return text.toString();
    }

    /** The name as a file system compares it that knows no case, one form of each letter, and neither what is unseen nor what trails. */
    private static String folded(String name) {
        StringBuilder seen = new StringBuilder(name.length());
        name.codePoints().filter(c -> Character.getType(c) != Character.FORMAT).forEach(seen::appendCodePoint);
        String same = Normalizer.normalize(seen, Normalizer.Form.NFKC)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT);
        String folded = Normalizer.normalize(same, Normalizer.Form.NFKC);
        int end = folded.length();
        while (end > 0 && " .".indexOf(folded.charAt(end - 1)) >= 0) {
            end--;
        }
        return folded.substring(0, end);
    }
}
