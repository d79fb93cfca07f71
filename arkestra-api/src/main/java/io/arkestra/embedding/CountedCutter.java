package io.arkestra.embedding;

import io.arkestra.common.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * {@link Embedder#chunks} for models that count tokens but do not show them: cuts at the last blank before as many characters as fit, found
 * by halving. Counts often.
 */
public final class CountedCutter {
    private final String text;
    private final ToIntFunction<String> counter;
    private final int maxTokens;
    private final int overlap;

    /**
     * @param counter tokens of a text, special ones and prefix included
     * @param maxTokens of a chunk
     * @param overlap at most so many tokens of a chunk are those of the one before
     * @throws InvalidInputException when prefix and special tokens leave no room
     */
    public CountedCutter(String text, ToIntFunction<String> counter, int maxTokens, int overlap) {
        this.text = text;
        this.counter = counter;
        this.maxTokens = maxTokens;
        int room = maxTokens - counter.applyAsInt("");
        if (room < 8) {
            throw new InvalidInputException("maxTokens is " + maxTokens + "; expected at least "
                    + (maxTokens - room + 8) + ", because prefix and special tokens take " + (maxTokens - room));
        }
        this.overlap = Math.max(0, Math.min(overlap, room / 2));
    }

    /** The chunks in order; none when the text is blank. */
    public List<TextChunk> chunks() {
        List<TextChunk> chunks = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int end = end(start);
            String part = text.substring(start, end);
            if (!part.isBlank()) {
                chunks.add(TextChunk.of(start, end, counter.applyAsInt(part)));
            }
            if (end == text.length()) {
                break;
            }
            start = next(start, end);
        }
        return chunks;
    }

    private int end(int start) {
        if (fits(start, text.length(), maxTokens)) {
            return text.length();
        }
        int low = whole(start + 1);
        int high = text.length();
        while (whole(low + (high - low) / 2) > low) {
            int middle = whole(low + (high - low) / 2);
            if (middle >= high) {
                break;
            }
            if (fits(start, middle, maxTokens)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        int blank = low;
        while (blank > start + (low - start) / 2 && !Character.isWhitespace(text.charAt(blank - 1))) {
            blank--;
        }
        // A shorter part may have more tokens where a word was cut, but not where it ends.
        return blank > start + (low - start) / 2 && fits(start, blank, maxTokens) ? blank : low;
    }

    private int next(int start, int end) {
        int next = end;
        int special = counter.applyAsInt("");
        for (int at = end - 1; at > start + 1 && fits(at, end, overlap + special); at--) {
            if (Character.isWhitespace(text.charAt(at - 1)) && !Character.isWhitespace(text.charAt(at))) {
                next = at;
            }
        }
        return next;
    }

    private boolean fits(int start, int end, int tokens) {
        return counter.applyAsInt(text.substring(start, end)) <= tokens;
    }

    /** The next offset that is not inside a character. */
    private int whole(int at) {
        return at > 0
                        && at < text.length()
                        && Character.isLowSurrogate(text.charAt(at))
                        && Character.isHighSurrogate(text.charAt(at - 1))
                ? at + 1
                : at;
    }
}
