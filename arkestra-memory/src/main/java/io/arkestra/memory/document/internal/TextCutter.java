package io.arkestra.memory.document.internal;

import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.EmbeddingRole;
import io.arkestra.embedding.TextChunk;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Measures a text and cuts it into parts: by the tokens of the model that will embed it, or by words. */
interface TextCutter {
    /** How much a part should hold at most. */
    int size();

    /** How much a text holds; when that is more than {@code most}, something above it, so that a long text need not be read to its end. */
    int count(String text, int most);

    /**
     * Parts of at most so much, cut at the ends of sentences or words.
     *
     * @throws io.arkestra.common.CancelledException when the stride is cancelled
     */
    List<TextChunk> cut(String text, int size, Stride stride);

    /** By the tokens of a model. */
    record Tokens(Embedder embedder) implements TextCutter {
        /** Longer parts are about too many things for one vector; shorter ones do not say what they are about. */
        private static final int SIZE = 256;

        private static final int OVERLAP = 32;
        /** Characters that the model counts or cuts at once; it cannot be stopped meanwhile. */
        private static final int WINDOW = Stride.CHARACTERS;
        /** The last parts of a window end where it does, not where the text would have them end. */
        private static final int UNSURE = 2;

        @Override
        public int size() {
            return Math.min(SIZE, embedder.info().maxTokens());
        }

        @Override
        public int count(String text, int most) {
            for (long length = WINDOW; length < text.length(); length *= 2) {
                int tokens = tokens(text.substring(0, whole(text, length)));
                if (tokens > most) {
                    return tokens;
                }
            }
            return tokens(text);
        }

        private int tokens(String text) {
            return embedder.countTokens(text, EmbeddingRole.PASSAGE);
        }

        @Override
        public List<TextChunk> cut(String text, int size, Stride stride) {
            List<TextChunk> chunks = new ArrayList<>();
            int from = 0;
            long window = WINDOW;
            while (true) {
                stride.ask();
                int to = whole(text, from + window);
                List<TextChunk> found = embedder.chunks(text.substring(from, to), size, Math.min(OVERLAP, size / 4));
                boolean last = to == text.length();
                int sure = last ? found.size() : found.size() - UNSURE;
                if (!last && (sure < 1 || found.get(sure).start() == 0)) {
                    window *= 2;
                    continue;
                }
                for (TextChunk chunk : found.subList(0, sure)) {
                    chunks.add(TextChunk.of(from + chunk.start(), from + chunk.end(), chunk.tokens()));
                }
                if (last) {
                    return chunks;
                }
                from += found.get(sure).start();
                window = WINDOW;
            }
        }

        /** At most this offset, not inside a character. */
        private static int whole(String text, long most) {
            int at = (int) Math.min(text.length(), most);
            return at < text.length() && Character.isHighSurrogate(text.charAt(at - 1)) ? at - 1 : at;
        }
    }

    /** By words, where no model will embed it. */
    record Words() implements TextCutter {
        private static final int SIZE = 180;
        private static final int OVERLAP = 24;

        @Override
        public int size() {
            return SIZE;
        }

        @Override
        public int count(String text, int most) {
            int words = 0;
            boolean inside = false;
            for (int i = 0; i < text.length() && words <= most; i++) {
                boolean space = Character.isWhitespace(text.charAt(i));
                if (!space && !inside) {
                    words++;
                }
                inside = !space;
            }
            return words;
        }

        @Override
        public List<TextChunk> cut(String text, int size, Stride stride) {
            List<TextChunk> pieces = pieces(text, size, stride);
            List<TextChunk> chunks = new ArrayList<>();
            int first = 0;
            while (first < pieces.size()) {
                int last = first;
                int words = 0;
                while (last < pieces.size()
                        && (last == first || words + pieces.get(last).tokens() <= size)) {
                    words += pieces.get(last).tokens();
                    last++;
                }
                chunks.add(TextChunk.of(
                        pieces.get(first).start(), pieces.get(last - 1).end(), words));
                if (last == pieces.size()) {
                    break;
                }
                int next = last;
                int overlap = 0;
                while (next - 1 > first && overlap + pieces.get(next - 1).tokens() <= Math.min(OVERLAP, size / 4)) {
                    next--;
                    overlap += pieces.get(next).tokens();
                }
                first = next;
            }
            return chunks;
        }

        /** Sentences; longer ones than a part may be in pieces. */
        private List<TextChunk> pieces(String text, int size, Stride stride) {
            List<TextChunk> pieces = new ArrayList<>();
            BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ROOT);
            sentences.setText(new StridedText(text, stride));
            int start = sentences.first();
            for (int end = sentences.next(); end != BreakIterator.DONE; start = end, end = sentences.next()) {
                split(text, start, end, size, pieces);
            }
            return pieces;
        }

        private void split(String text, int start, int end, int size, List<TextChunk> pieces) {
            int words = 0;
            int from = start;
            boolean inside = false;
            for (int i = start; i < end; i++) {
                boolean space = Character.isWhitespace(text.charAt(i));
                if (!space && !inside && ++words > size) {
                    pieces.add(TextChunk.of(from, i, size));
                    from = i;
                    words = 1;
                }
                inside = !space;
            }
            if (words > 0) {
                pieces.add(TextChunk.of(from, end, words));
            }
        }
    }
}
