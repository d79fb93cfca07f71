package io.arkestra.memory;

import io.arkestra.common.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * What a fact says, in a form that tells when a newer fact replaces an older one: a subject has one value of an attribute at a time,
 * unless the attribute is {@linkplain #isMany() one of many}. Immutable; values compare by the normal form of their texts.
 */
public final class Statement {
    /** What a fact is about. New kinds may be added: a {@code switch} needs a default branch. */
    public enum Kind {
        PROFILE,
        PREFERENCE,
        GOAL,
        HABIT,
        STATE,
        EVENT,
        RELATION,
        INSTRUCTION
    }

    private final Kind kind;
    private final String subject;
    private final String attribute;
    private final String value;
    private final boolean many;
    private final boolean ended;

    private Statement(Kind kind, String subject, String attribute, String value, boolean many, boolean ended) {
        this.kind = kind;
        this.subject = required("subject", subject);
        this.attribute = required("attribute", attribute);
        this.value = required("value", value);
        this.many = many;
        this.ended = ended;
    }

    private static String required(String what, String text) {
        String clean = text.strip();
        if (clean.isEmpty() || clean.length() > 1_000) {
            throw new InvalidInputException(
                    "The " + what + " of a statement has " + clean.length() + " characters; expected 1 to 1000");
        }
        return clean;
    }

    /**
     * A statement whose attribute has one value at a time.
     *
     * @param subject whom or what it is about: {@code user} for the user, else a name
     * @param attribute lower-case English words joined by dots, for example {@code phone} or {@code job.place}
     * @param value in the words of the language in which it was said
     */
    public static Statement one(Kind kind, String subject, String attribute, String value) {
        return new Statement(kind, subject, attribute, value, false, false);
    }

    /** A statement whose attribute may have many values at once, such as what somebody likes. */
    public static Statement oneOfMany(Kind kind, String subject, String attribute, String value) {
        return new Statement(kind, subject, attribute, value, true, false);
    }

    /** The same, no longer so: ends an earlier statement with this value without putting another in its place. */
    public Statement ended() {
        return new Statement(kind, subject, attribute, value, many, true);
    }

    public Kind kind() {
        return kind;
    }

    public String subject() {
        return subject;
    }

    public String attribute() {
        return attribute;
    }

    public String value() {
        return value;
    }

    /** Whether it says that something is no longer so. */
    public boolean isEnded() {
        return ended;
    }

    /** Whether other values of the attribute stay true beside this one. */
    public boolean isMany() {
        return many;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Statement that
                && kind == that.kind
                && subject.equals(that.subject)
                && attribute.equals(that.attribute)
                && value.equals(that.value)
                && many == that.many
                && ended == that.ended;
    }

    @Override
    public int hashCode() {
        return java.util.Objects.hash(kind, subject, attribute, value, many, ended);
    }

    @Override
    public String toString() {
        return "Statement[" + kind + " " + attribute + "]";
    }
}
