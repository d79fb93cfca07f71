package io.arkestra.audit;

import io.arkestra.common.Json;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * One line of the audit. Holds figures, digests and names of tools and rules, never what somebody said. Immutable.
 *
 * @param number 1 for the first; without gaps
 * @param at when
 * @param kind {@code decision}, {@code call}, {@code approval}, {@code grant}, {@code undo}, {@code rules}, {@code tool}; {@code torn} for the
 *     end of a line that a killed process left
 * @param person on whose behalf: an id that only this home can tell whose it is, and only as long as it knows the person; {@code system}
 *     for the engine
 * @param by who acted: {@code user}, {@code model}, {@code system} or whatever else a scope names
 * @param subject what it is about: a tool, an approval, a file of rules
 * @param outcome what came of it, in a word
 * @param rules ids of rules that led to it
 * @param detail figures and digests; a digest in a line about a person is keyed with a secret of that person
 * @param hash SHA-256 of the hash of the line before and this line, in hexadecimal digits
 */
public record AuditEntry(
        long number,
        Instant at,
        String kind,
        String person,
        String by,
        String subject,
        String outcome,
        List<String> rules,
        Json detail,
        String hash) {
    /** The person of entries that are about no user. */
    public static final String SYSTEM = "system";

    public AuditEntry {
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(detail, "detail");
        Objects.requireNonNull(hash, "hash");
        rules = List.copyOf(rules);
    }
}
