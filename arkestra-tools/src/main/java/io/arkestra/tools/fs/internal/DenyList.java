package io.arkestra.tools.fs.internal;

import com.google.re2j.Pattern;
import io.arkestra.common.ConfigException;
import io.arkestra.tool.ToolException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What no tool reaches, whatever the host allowed: keys, credentials, what a shell or git would run, and Arkestra's own home. Compared without
 * regard to case and to the form of letters, with every part of the absolute path. Immutable.
 */
public final class DenyList {
    /** A pattern of one name, or of neighbouring names with {@code /} between; everything below is meant too. */
    private static final List<String> SHIPPED = List.of(
            ".ssh",
            ".gnupg",
            ".aws",
            ".azure",
            ".kube",
            ".config/gcloud",
            ".docker/config.json",
            ".netrc",
            "_netrc",
            ".pgpass",
            ".git-credentials",
            ".npmrc",
            ".pypirc",
            "*.pem",
            "*.git/hooks",
            "*.git/config",
            "*.git/config.worktree",
            "*.git/**/hooks",
            "*.git/**/config",
            // What a shell or a session runs when it starts.
            ".bashrc",
            ".bash_profile",
            ".bash_login",
            ".bash_logout",
            ".bash_aliases",
            ".profile",
            ".zshrc",
            ".zshenv",
            ".zprofile",
            ".zlogin",
            ".zlogout",
            ".kshrc",
            ".cshrc",
            ".tcshrc",
            ".login",
            ".logout",
            ".inputrc",
            ".xprofile",
            ".xinitrc",
            ".xsession",
            ".xsessionrc",
            ".pam_environment",
            ".config/fish",
            ".config/autostart",
            ".config/systemd",
            "profile.ps1",
            "*_profile.ps1");

    /** May be read, never changed: what git believes, and where a project keeps the rules that tools are judged by. */
    private static final List<String> UNCHANGED = List.of(".git", ".gitconfig", ".gitmodules", ".arkestra");

    /** @param protects whether a folded path is meant */
    private record Rule(String text, Predicate<String> protects) {}

    private final List<Rule> rules;
    private final List<Rule> unchanged;
    private final List<String> homes;
    private final List<String> files;
    private final PlainNames plain;

    private DenyList(List<Rule> rules, List<Rule> unchanged, List<String> homes, List<String> files, PlainNames plain) {
        this.rules = List.copyOf(rules);
        this.unchanged = List.copyOf(unchanged);
        this.homes = List.copyOf(homes);
        this.files = List.copyOf(files);
        this.plain = plain;
    }

    /**
     * The shipped list and more.
     *
     * @param more patterns of the host
     * @param except names that only look like those of keys
     * @param homes directories with everything in them
     * @param files with links resolved, which may be read and never changed
     * @throws ConfigException when a pattern cannot be read
     */
    static DenyList with(List<String> more, List<String> except, List<Path> homes, List<Path> files) {
        List<Rule> rules = new ArrayList<>();
        SHIPPED.forEach(text -> rules.add(rule(text)));
        for (String text : more) {
            if (text.isBlank() || text.startsWith("/") || text.length() > 500) {
                throw new ConfigException("deny holds '" + text
                        + "'; expected names with * and ? and / between them, for example secrets/*.txt");
            }
            rules.add(rule(text));
        }
        return new DenyList(
                rules,
                UNCHANGED.stream().map(DenyList::rule).toList(),
                homes.stream().map(DenyList::folded).toList(),
                files.stream().map(DenyList::folded).toList(),
                PlainNames.of(except));
    }

    private static Rule rule(String text) {
        String folded = NameRules.folded(text);
        if (folded.indexOf('*') < 0 && folded.indexOf('?') < 0) {
            // Most rules are plain names, and each is asked of each file of a walk.
            String names = "/" + folded + "/";
            return new Rule(
                    text,
                    path -> path.contains(names)
                            || path.regionMatches(path.length() - names.length() + 1, names, 0, names.length() - 1));
        }
        StringBuilder regex = new StringBuilder("(?s).*/");
        for (int i = 0; i < folded.length(); i++) {
            char c = folded.charAt(i);
            if (folded.startsWith("**/", i)) {
                regex.append("(?:[^/]*/)*");
                i += 2;
            } else if (c == '*') {
                regex.append("[^/]*");
            } else if (c == '?') {
                regex.append("[^/]");
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        Pattern pattern = Pattern.compile(regex.append("(?:/.*)?").toString());
        return new Rule(text, pattern::matches);
    }

    /** @throws ToolException when the path is on the list */
    void check(Path absolute, boolean changes) {
        Optional<String> rule = denies(absolute, changes);
        if (rule.isPresent()) {
            throw Refusal.invalid("'" + absolute.getFileName() + "' is protected (" + rule.get() + ") and cannot be "
                    + (changes ? "changed" : "read") + " by any tool, whatever is allowed otherwise");
        }
    }

    /** The rule that denies it; empty when none does. */
    public Optional<String> denies(Path absolute, boolean changes) {
        String folded = folded(absolute);
        for (String home : homes) {
            if (within(folded, home)) {
                return Optional.of("Arkestra's own files");
            }
        }
        if (changes && files.stream().anyMatch(file -> within(folded, file))) {
            return Optional.of("what says what tools may do");
        }
        Optional<String> found = first(rules, folded).or(() -> secret(absolute));
        return found.isPresent() || !changes ? found : first(unchanged, folded);
    }

    private Optional<String> secret(Path absolute) {
        for (Path name : absolute) {
            if (plain.looksSecret(name.toString())) {
                return Optional.of(NameRules.folded(name.toString()).startsWith("id_") ? "id_*" : ".env*");
            }
        }
        return Optional.empty();
    }

    /** Whether a folded path is a folded place or below it. */
    static boolean within(String folded, String place) {
        return folded.equals(place) || folded.startsWith(place + "/");
    }

    private static Optional<String> first(List<Rule> rules, String folded) {
        return rules.stream()
                .filter(rule -> rule.protects().test(folded))
                .map(Rule::text)
                .findFirst();
    }

    /** The path as it is compared. */
    static String folded(Path absolute) {
        StringBuilder text = new StringBuilder();
        for (Path name : absolute) {
            text.append('/').append(NameRules.folded(name.toString()).stripTrailing());
        }
        return text.toString();
    }
}
