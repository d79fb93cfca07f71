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
            "id_*",
            ".env*",
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

    /** May be read, never changed: what git believes. */
    private static final List<String> UNCHANGED = List.of(".git", ".gitconfig", ".gitmodules");

    /** @param protects whether a folded path is meant */
    private record Rule(String text, Predicate<String> protects) {}

    private final List<Rule> rules;
    private final List<Rule> unchanged;
    private final List<String> homes;

    private DenyList(List<Rule> rules, List<Rule> unchanged, List<String> homes) {
        this.rules = List.copyOf(rules);
        this.unchanged = List.copyOf(unchanged);
        this.homes = List.copyOf(homes);
    }

    /**
     * The shipped list and more.
     *
     * @param more patterns of the host
     * @param homes directories with everything in them
     * @throws ConfigException when a pattern cannot be read
     */
    static DenyList with(List<String> more, List<Path> homes) {
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
                homes.stream().map(DenyList::folded).toList());
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
            if (folded.equals(home) || folded.startsWith(home + "/")) {
                return Optional.of("Arkestra's own files");
            }
        }
        Optional<String> found = first(rules, folded);
        return found.isPresent() || !changes ? found : first(unchanged, folded);
    }

    private static Optional<String> first(List<Rule> rules, String folded) {
        return rules.stream()
                .filter(rule -> rule.protects().test(folded))
                .map(Rule::text)
                .findFirst();
    }

    private static String folded(Path absolute) {
        StringBuilder text = new StringBuilder();
        for (Path name : absolute) {
            text.append('/').append(NameRules.folded(name.toString()).stripTrailing());
        }
        return text.toString();
    }
}
