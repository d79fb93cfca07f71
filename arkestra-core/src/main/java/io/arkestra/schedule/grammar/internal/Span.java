package io.arkestra.schedule.grammar.internal;

/**
 * A stretch of a text in UTF-16 code units.
 *
 * @param start index of the first unit
 * @param end index after the last unit
 */
public record Span(int start, int end) {

    public Span {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("A span needs 0 <= start <= end, got " + start + ".." + end);
        }
    }

    /** The stretch of {@code text} that this span covers. */
    public String of(CharSequence text) {
        return text.subSequence(start, end).toString();
    }
}
