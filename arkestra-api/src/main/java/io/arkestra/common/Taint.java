package io.arkestra.common;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Where something comes from that nobody vouches for: whoever can write there can try to give orders by it. What holds untrusted words
 * carries the taint of each of their sources, and so does everything that was made from it.
 *
 * @param kind the sort of source: lower-case words joined by dots, for example {@code web}, {@code mcp}, {@code email}, {@code
 *     file.external}, {@code document}
 * @param origin which one, for example a host name; may be empty
 */
public record Taint(String kind, String origin) implements Comparable<Taint> {
    private static final Pattern KIND = Pattern.compile("[a-z][a-z0-9-]*(\\.[a-z][a-z0-9-]*)*");
    private static final int MAX_ORIGIN = 500;

    public Taint {
        if (kind.length() > 64 || !KIND.matcher(kind).matches()) {
            throw new InvalidInputException("Kind of taint '" + kind + "' must be lower-case words joined by dots");
        }
        Objects.requireNonNull(origin, "origin");
        if (origin.length() > MAX_ORIGIN) {
            origin = origin.substring(0, MAX_ORIGIN);
        }
    }

    public static Taint of(String kind, String origin) {
        return new Taint(kind, origin);
    }

    /** Reads what {@link #toString} wrote, for example {@code web:docs.rs}. What has no readable kind is of the kind {@code unknown}. */
    public static Taint parse(String text) {
        int colon = text.indexOf(':');
        String kind = colon < 0 ? text : text.substring(0, colon);
        return kind.length() <= 64 && KIND.matcher(kind).matches()
                ? new Taint(kind, colon < 0 ? "" : text.substring(colon + 1))
                : new Taint("unknown", text);
    }

    /** Whether it is of this kind or of one below it: {@code file.external} is of the kind {@code file}. */
    public boolean isA(String wanted) {
        return kind.equals(wanted) || kind.startsWith(wanted + ".");
    }

    @Override
    public int compareTo(Taint other) {
        int order = kind.compareTo(other.kind);
        return order != 0 ? order : origin.compareTo(other.origin);
    }

    @Override
    public String toString() {
        return origin.isEmpty() ? kind : kind + ":" + origin;
    }
}
