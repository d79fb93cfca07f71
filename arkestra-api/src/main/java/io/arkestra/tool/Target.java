package io.arkestra.tool;

import java.util.Objects;

/**
 * What a call would touch, as the tool itself resolved it: policies compare these and never the raw arguments. Two calls may run at the same
 * time when neither changes a target of the other.
 *
 * @param kind the sort: one of the constants, or one of the tool's own
 * @param value resolved and in its canonical form: an absolute path with links resolved and {@code /} between its parts, a host name in
 *     lower case and ASCII, a port in digits, an e-mail address in lower case
 * @param changes whether the call would change it, or send something to it
 */
public record Target(String kind, String value, boolean changes) {
    /** A file or directory. */
    public static final String PATH = "path";
    /** The directory that a process starts in. */
    public static final String CWD = "cwd";
    /** A host name or address. */
    public static final String DOMAIN = "domain";
    /** A port of a host. */
    public static final String PORT = "port";
    /** A method of HTTP. */
    public static final String METHOD = "method";
    /** A whole URL. */
    public static final String URL = "url";
    /** Who gets something: an address, an account, a channel, a person. */
    public static final String RECIPIENT = "recipient";
    /** A record of the user's own data, for example {@code memory/ID}. */
    public static final String RECORD = "record";
    /** What a file holds: the SHA-256 of its bytes in lower-case hexadecimal digits. For flows and for {@link ToolResult#showing}. */
    public static final String CONTENT = "content";
    /** A file or directory with all that it ever was, as a repository keeps it. For {@link ToolResult#showing}. */
    public static final String HISTORY = "history";

    public Target {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(value, "value");
    }

    /** Something that is only looked at. */
    public static Target read(String kind, String value) {
        return new Target(kind, value, false);
    }

    /** Something that is changed or sent to. */
    public static Target changed(String kind, String value) {
        return new Target(kind, value, true);
    }

    @Override
    public String toString() {
        return kind + " " + value + (changes ? " (changed)" : "");
    }
}
