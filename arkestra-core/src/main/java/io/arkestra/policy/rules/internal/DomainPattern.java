package io.arkestra.policy.rules.internal;

import java.net.IDN;
import java.util.Locale;

/**
 * A host name, or with {@code *.} in front everything below it and not the name itself, or {@code *} for any host. Compared label by label
 * in lower case and ASCII. Immutable.
 */
final class DomainPattern {
    private final String name;
    private final boolean below;

    private DomainPattern(String name, boolean below) {
        this.name = name;
        this.below = below;
    }

    /** @throws IllegalArgumentException saying what is wrong */
    static DomainPattern of(String text) {
        if (text.equals("*")) {
            return new DomainPattern("", true);
        }
        boolean below = text.startsWith("*.");
        String name = below ? text.substring(2) : text;
        if (name.isEmpty() || name.startsWith(".") || name.contains("..")) {
            throw new IllegalArgumentException("has an empty label");
        }
        for (int i = 0; i < name.length(); i++) {
            if ("*?/@ \\".indexOf(name.charAt(i)) >= 0) {
                throw new IllegalArgumentException("holds '" + name.charAt(i)
                        + "'; expected a host name, with *. in front for everything below it");
            }
        }
        boolean address =
                name.startsWith("[") || name.chars().filter(c -> c == ':').count() > 1;
        if (name.contains(":") && !address) {
            throw new IllegalArgumentException("holds a port; write the port under the key port");
        }
        return new DomainPattern(normal(name), below);
    }

    boolean matches(String host) {
        String other;
        try {
            other = normal(host);
        } catch (IllegalArgumentException e) {
            throw new RuleFailure("the tool names a host that is no host name, so that no rule can judge it");
        }
        if (name.isEmpty()) {
            return true;
        }
        return below ? other.endsWith("." + name) && other.length() > name.length() + 1 : other.equals(name);
    }

    private static String normal(String host) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        String ascii = bare.contains(":") ? bare : IDN.toASCII(bare, IDN.ALLOW_UNASSIGNED);
        String lower = ascii.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
