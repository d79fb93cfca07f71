package io.arkestra.embedding.onnx.internal;

import io.arkestra.embedding.TextChunk;
import java.util.ArrayList;
import java.util.List;

/** Cuts a text where its paragraphs, sentences or words end, by the tokens of a model. */
final class Chunker {
    /** Rank of the end of a sentence; that of a paragraph is higher, those of lines and words are lower. */
    private static final int SENTENCE = 3;

    private final TextTokenizer tokenizer;
    private final int overhead;

    /** @param overhead tokens that every chunk has besides its own: special ones and the prefix */
    Chunker(TextTokenizer tokenizer, int overhead) {
        this.tokenizer = tokenizer;
        this.overhead = overhead;
    }

    List<TextChunk> chunks(String text, int maxTokens, int overlap) {
        if (text.isBlank()) {
            return List.of();
        }
        Pieces pieces = tokenizer.pieces(text);
        int room = Math.max(1, maxTokens - overhead);
        int count = pieces.count();
        if (count <= room) {
            return List.of(TextChunk.of(0, text.length(), count + overhead));
        }
        List<TextChunk> chunks = new ArrayList<>();
        int from = 0;
        while (from < count) {
            int to = Math.min(count, from + room);
            if (to < count) {
                to = boundary(text, pieces, from + Math.max(1, room / 2), to);
            }
            TextChunk chunk = fitted(text, pieces, from, to, room);
            chunks.add(chunk);
            int reached = from;
            while (reached < count && pieces.starts()[reached] < chunk.end()) {
                reached++;
            }
            if (reached >= count) {
                break;
            }
            from = Math.max(from + 1, wordStart(text, pieces, Math.max(from + 1, reached - overlap), reached));
        }
        return chunks;
    }

    /** A piece inside a word may be cut differently when it stands at the end: what does not fit then gives way. */
    private TextChunk fitted(String text, Pieces pieces, int from, int to, int room) {
        int end = to;
        while (true) {
            int first = from == 0 ? 0 : pieces.starts()[from];
            int last = end == pieces.count() ? text.length() : pieces.ends()[end - 1];
            int tokens = tokenizer.pieces(text.substring(first, last)).count();
            if (tokens <= room || end - from <= 1) {
                return TextChunk.of(first, last, tokens + overhead);
            }
            end = Math.max(from + 1, end - Math.max(1, tokens - room));
        }
    }

    /** The best end in (least, most]: of a paragraph, else of a sentence, else of a word. */
    private static int boundary(String text, Pieces pieces, int least, int most) {
        int best = most;
        int rank = 0;
        for (int at = most; at > least; at--) {
            int here = rank(text, pieces.ends()[at - 1], pieces.starts()[at]);
            if (here > rank) {
                rank = here;
                best = at;
                if (rank == 4) {
                    break;
                }
            }
        }
        return best;
    }

    private static int rank(String text, int end, int next) {
        if (next <= end) {
            return 0;
        }
        String gap = text.substring(end, next);
        long breaks = gap.chars().filter(unit -> unit == '\n').count();
        if (breaks >= 2) {
            return 4;
        }
        boolean blank = gap.chars().anyMatch(Character::isWhitespace);
        if (blank && end > 0 && ".!?…。！？".indexOf(text.charAt(end - 1)) >= 0) {
            return SENTENCE;
        }
        return breaks == 1 ? 2 : blank ? 1 : 0;
    }

    /** The first sentence that begins in the range, else the first word, else its end. */
    private static int wordStart(String text, Pieces pieces, int least, int most) {
        int word = most;
        for (int at = most - 1; at >= least; at--) {
            int rank = rank(text, pieces.ends()[at - 1], pieces.starts()[at]);
            if (rank >= SENTENCE) {
                return firstSentence(text, pieces, least, at);
            }
            if (rank > 0) {
                word = at;
            }
        }
        return word;
    }

    private static int firstSentence(String text, Pieces pieces, int least, int known) {
        for (int at = least; at < known; at++) {
            if (rank(text, pieces.ends()[at - 1], pieces.starts()[at]) >= SENTENCE) {
                return at;
            }
        }
        return known;
    }
}
