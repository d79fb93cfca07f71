package io.arkestra.memory.record.internal;

import io.arkestra.memory.Statement;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/** What a statement is about: two statements in one slot may contradict each other. */
final class Slot {
    private Slot() {}

    static String of(Statement statement) {
        return of(statement.subject(), statement.attribute());
    }

    static String of(String subject, String attribute) {
        byte[] hash = NormalText.sha256(NormalText.of(subject) + "\n" + NormalText.of(attribute));
        return HexFormat.of().formatHex(hash, 0, 16);
    }

    /** The slot in which the same value means the contrary. */
    static Optional<String> contrary(Statement statement) {
        return switch (statement.attribute()) {
            case "like" -> Optional.of(of(statement.subject(), "dislike"));
            case "dislike" -> Optional.of(of(statement.subject(), "like"));
            default -> Optional.empty();
        };
    }

    static boolean sameValue(Statement one, Statement other) {
        return NormalText.of(one.value()).equals(NormalText.of(other.value()));
    }

    /** Whether the later one makes the earlier one of the same slot untrue. */
    static boolean replaces(Statement later, Statement earlier) {
        if (later.isMany() || earlier.isMany()) {
            return later.isEnded() != earlier.isEnded() && sameValue(later, earlier);
        }
        // "I no longer work there" ends that job and no other.
        return !later.isEnded()
                || sameValue(later, earlier)
                || later.value().equals(ANY)
                || isCyrillic(later.value()) != isCyrillic(earlier.value());
    }

    /** Values in two alphabets cannot be compared: that the only one there is should be meant is likelier than that none is. */
    private static boolean isCyrillic(String text) {
        return text.codePoints()
                .anyMatch(point -> Character.UnicodeScript.of(point) == Character.UnicodeScript.CYRILLIC);
    }

    /**
     * The unique key of a new current record of a slot. A locked record keeps its key, and what is told beside it has one of its own.
     *
     * @param taken keys of the records that stay current
     */
    static String key(String slot, Set<String> taken) {
        String key = slot;
        for (int beside = 1; taken.contains(key); beside++) {
            key = slot + " beside " + beside;
        }
        return key;
    }

    /** Value of an ended statement that names none, such as "I have no car any more". */
    static final String ANY = "-";
}
