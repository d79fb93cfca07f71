package io.arkestra.tool.declared.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.tool.ToolException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the host lends to declared tools: hosts of private networks by their literal names, and environment variables.
 *
 * @param hosts in lower case
 * @param variables names of environment variables
 * @param environment their values
 */
public record Lent(Set<String> hosts, Set<String> variables, Function<String, Optional<String>> environment) {
    /** What a command may have without anybody saying so. */
    private static final Set<String> HARMLESS = Set.of("PATH", "LANG", "LC_ALL", "TZ", "HOME", "TMPDIR");

    private static final Pattern HANDLE = Pattern.compile("(env|secret)://([A-Za-z_][A-Za-z0-9_.-]*)");

    public Lent {
        hosts = Set.copyOf(hosts);
        variables = Set.copyOf(variables);
    }

    boolean forCommand(String variable) {
        return HARMLESS.contains(variable) || variables.contains(variable);
    }

    /** @throws ConfigException for a handle of what the host does not lend */
    void check(String value) {
        Matcher handle = HANDLE.matcher(value);
        while (handle.find()) {
            if (handle.group(1).equals("secret")) {
                throw new ConfigException(
                        "'" + handle.group() + "' cannot be resolved: no vault is wired; use env://NAME");
            }
            if (!variables.contains(handle.group(2))) {
                throw new ConfigException("'" + handle.group() + "' is not lent to declared tools; the host says"
                        + " tools(t -> t.lendVariable(\"" + handle.group(2) + "\")) to lend it");
            }
        }
    }

    /** The text with the values of its handles. */
    String resolved(String value) {
        check(value);
        return HANDLE.matcher(value)
                .replaceAll(handle -> Matcher.quoteReplacement(environment
                        .apply(handle.group(2))
                        .orElseThrow(() -> new ToolException(
                                ToolException.Reason.FAILED,
                                "The environment variable " + handle.group(2) + " is not set"))));
    }
}
