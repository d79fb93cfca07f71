package io.arkestra.embedding.onnx.internal;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Map;

/**
 * The tokenizer of BERT: cleaning, lower case and stripping of accents, splitting at blanks and punctuation, then the longest known piece
 * first. Gives the ids of Hugging Face's {@code BertNormalizer}, {@code BertPreTokenizer} and {@code WordPiece}; words such as
 * {@code [SEP]} in a text are text here, so that nobody can write a special token.
 */
final class WordPiece implements TextTokenizer {
    private final Map<String, Integer> vocabulary;
    private final WordPieceSettings settings;
    private final int unknown;
    private final int start;
    private final int separator;

    WordPiece(Map<String, Integer> vocabulary, WordPieceSettings settings) {
        this.vocabulary = vocabulary;
        this.settings = settings;
        this.unknown = settings.id(vocabulary, settings.unknown());
        this.start = settings.id(vocabulary, settings.start());
        this.separator = settings.id(vocabulary, settings.separator());
    }

    @Override
    public Pieces pieces(String text) {
        return new Run(text).pieces();
    }

    @Override
    public int[] single(int[] ids) {
        int[] all = new int[ids.length + 2];
        all[0] = start;
        System.arraycopy(ids, 0, all, 1, ids.length);
        all[all.length - 1] = separator;
        return all;
    }

    @Override
    public Pair pair(int[] first, int[] second) {
        int[] ids = new int[first.length + second.length + 3];
        int[] types = new int[ids.length];
        ids[0] = start;
        System.arraycopy(first, 0, ids, 1, first.length);
        ids[first.length + 1] = separator;
        System.arraycopy(second, 0, ids, first.length + 2, second.length);
        ids[ids.length - 1] = separator;
        Arrays.fill(types, first.length + 2, types.length, 1);
        return new Pair(ids, types);
    }

    @Override
    public int singleOverhead() {
        return 2;
    }

    @Override
    public int pairOverhead() {
        return 3;
    }

    @Override
    public int unknown() {
        return unknown;
    }

    @Override
    public void close() {
        // holds nothing
    }

    /** One text on its way. */
    private final class Run {
        private final String text;
        private int[] points;
        private int[] sources;
        private int length;
        private int[] ids;
        private int[] starts;
        private int[] ends;
        private int count;

        Run(String text) {
            this.text = text;
            this.points = new int[text.length() + 16];
            this.sources = new int[points.length];
            this.ids = new int[text.length() / 3 + 16];
            this.starts = new int[ids.length];
            this.ends = new int[ids.length];
        }

        Pieces pieces() {
            int at = 0;
            while (at < text.length()) {
                int point = text.codePointAt(at);
                int next = at + Character.charCount(point);
                if (isBlank(point)) {
                    word();
                } else if (!(settings.clean() && isDropped(point))) {
                    if (settings.chinese() && isChinese(point)) {
                        word();
                        normalised(point, at);
                        word();
                    } else {
                        normalised(point, at);
                    }
                }
                at = next;
            }
            word();
            return new Pieces(Arrays.copyOf(ids, count), Arrays.copyOf(starts, count), Arrays.copyOf(ends, count));
        }

        private void normalised(int point, int at) {
            if (point < 0x80) {
                append(settings.lowerCase() ? Character.toLowerCase(point) : point, at);
                return;
            }
            if (!settings.stripAccents()) {
                lowered(point, at);
                return;
            }
            String whole = new String(Character.toChars(point));
            String parts = Normalizer.normalize(whole, Normalizer.Form.NFD);
            for (int i = 0; i < parts.length(); ) {
                int part = parts.codePointAt(i);
                if (Character.getType(part) != Character.NON_SPACING_MARK) {
                    lowered(part, at);
                }
                i += Character.charCount(part);
            }
        }

        private void lowered(int point, int at) {
            if (!settings.lowerCase()) {
                append(point, at);
            } else if (point == 0x130) { // the only letter whose lower case is two characters
                append('i', at);
                append(0x307, at);
            } else {
                append(Character.toLowerCase(point), at);
            }
        }

        private void append(int point, int at) {
            if (isBlank(point)) {
                word();
            } else if (isPunctuation(point)) {
                word();
                add(point, at);
                word();
            } else {
                add(point, at);
            }
        }

        private void add(int point, int at) {
            if (length == points.length) {
                points = Arrays.copyOf(points, 2 * length);
                sources = Arrays.copyOf(sources, 2 * length);
            }
            points[length] = point;
            sources[length] = at;
            length++;
        }

        /** Cuts the word that has been collected into pieces. */
        private void word() {
            if (length == 0) {
                return;
            }
            int first = count;
            if (length > settings.longestWord() || !cut()) {
                count = first;
                emit(unknown, 0, length);
            }
            length = 0;
        }

        private boolean cut() {
            String word = new String(points, 0, length);
            boolean plain = word.length() == length;
            int from = 0;
            while (from < length) {
                int to = length;
                Integer id = null;
                while (to > from) {
                    String piece = plain
                            ? word.substring(from, to)
                            : word.substring(word.offsetByCodePoints(0, from), word.offsetByCodePoints(0, to));
                    id = vocabulary.get(from == 0 ? piece : settings.continuation() + piece);
                    if (id != null) {
                        break;
                    }
                    to--;
                }
                if (id == null) {
                    return false;
                }
                emit(id, from, to);
                from = to;
            }
            return true;
        }

        private void emit(int id, int from, int to) {
            if (count == ids.length) {
                ids = Arrays.copyOf(ids, 2 * count);
                starts = Arrays.copyOf(starts, 2 * count);
                ends = Arrays.copyOf(ends, 2 * count);
            }
            int last = sources[to - 1];
            ids[count] = id;
            starts[count] = sources[from];
            ends[count] = last + Character.charCount(text.codePointAt(last));
            count++;
        }
    }

    private static boolean isBlank(int point) {
        return switch (point) {
            case ' ', '\t', '\n', '\r', 0x2028, 0x2029 -> true;
            default -> Character.getType(point) == Character.SPACE_SEPARATOR;
        };
    }

    private static boolean isDropped(int point) {
        if (point == 0 || point == 0xFFFD) {
            return true;
        }
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }

    private static boolean isChinese(int point) {
        return point >= 0x4E00 && point <= 0x9FFF
                || point >= 0x3400 && point <= 0x4DBF
                || point >= 0x20000 && point <= 0x2A6DF
                || point >= 0x2A700 && point <= 0x2B73F
                || point >= 0x2B740 && point <= 0x2B81F
                || point >= 0x2B920 && point <= 0x2CEAF
                || point >= 0xF900 && point <= 0xFAFF
                || point >= 0x2F800 && point <= 0x2FA1F;
    }

    private static boolean isPunctuation(int point) {
        if (point < 0x80) {
            return point >= 33 && point <= 47
                    || point >= 58 && point <= 64
                    || point >= 91 && point <= 96
                    || point >= 123 && point <= 126;
        }
        return switch (Character.getType(point)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> true;
            default -> false;
        };
    }
}
