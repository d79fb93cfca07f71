package io.arkestra.guard.scan.internal;

/**
 * Cuts a text into blocks, one after another, as far as it has come. Where a block ends depends on the text alone, never on how it
 * was cut into chunks. In prose a block is a word; digit groups, IBANs, spaced letters and private keys stay together.
 *
 * <p>Not thread-safe.
 */
public final class BlockReader {

    /** A block without a place to end is ended here. */
    public static final int MAX_BLOCK = 512;

    /** Private keys are longer. */
    private static final int MAX_KEY_BLOCK = 8_192;

    private static final int RIGHT_CONTEXT = 2;
    private static final int RIGHT_OF_NUMBERS = 14;
    private static final int[] FLAGS = flagsOfChars();

    private final TextWindow text;
    private final Keywords keywords;
    private final Joints joints;
    private final KeywordHits hits = new KeywordHits();
    private final Block block;
    private int pos;
    private int state;

    /**
     * @param keywords what to look for along the way
     * @param keyMarker number of the keyword that opens an armoured key
     */
    public BlockReader(TextWindow text, Keywords keywords, int keyMarker) {
        this.text = text;
        this.keywords = keywords;
        this.joints = new Joints(text, keyMarker);
        this.block = new Block(text, hits);
    }

    /** The block that the last step found. */
    public Block block() {
        return block;
    }

    /** Everything before this offset is in a block already given, or is a space between blocks. */
    public int undecided() {
        return block.start;
    }

    /**
     * The next block.
     *
     * @return whether there is one; false when more text is needed to tell
     */
    public boolean next() {
        if (block.end > block.start) {
            boolean continued = block.cut;
            begin(block.end);
            block.continued = continued;
        }
        while (pos < text.length()) {
            if (pos - block.start >= (joints.insideKey() ? MAX_KEY_BLOCK : MAX_BLOCK)) {
                return text.known(pos + RIGHT_OF_NUMBERS) && cut();
            }
            char c = text.peek(pos);
            int flag = flag(c);
            if ((flag & Block.SPACE) == 0) {
                block.digits += flag & Block.DIGIT;
                block.flags |= flag;
                consume(c);
            } else if (pos == block.start) {
                consume(c);
                begin(pos);
            } else {
                Joints.Joint joint = joints.at(block.start, pos);
                if (joint == Joints.Joint.UNKNOWN) {
                    return false;
                }
                if (joint == Joints.Joint.APART) {
                    return close(pos, false);
                }
                block.flags |= Block.SPACE;
                consume(c);
            }
        }
        return text.ended() && pos > block.start && close(pos, false);
    }

    private void begin(int start) {
        text.limitTo(Integer.MAX_VALUE);
        block.start = start;
        block.end = start;
        block.flags = 0;
        block.digits = 0;
        block.cut = false;
        block.continued = false;
        pos = start;
        joints.begin(start);
        hits.forgetBefore(start - TextWindow.LEFT_CONTEXT);
    }

    private void consume(char c) {
        pos++;
        state = keywords.step(state, c);
        if (state != 0) {
            for (int keyword : keywords.found(state)) {
                hits.add(pos, keyword);
                joints.seen(keyword, pos);
            }
        }
    }

    private boolean close(int end, boolean cut) {
        int limit = end + (block.digits > 0 ? RIGHT_OF_NUMBERS : RIGHT_CONTEXT);
        if (!text.known(limit)) {
            return false;
        }
        block.end = end;
        block.limit = limit;
        block.cut = cut;
        text.limitTo(limit);
        return true;
    }

    /** Ends a block that has grown too long behind a sign that values do not hold, if one is near. */
    private boolean cut() {
        int end = pos;
        while (end > block.start + MAX_BLOCK / 2 && !endsValues(text.peek(end - 1))) {
            end--;
        }
        if (!endsValues(text.peek(end - 1))) {
            end = Character.isHighSurrogate(text.peek(pos - 1)) ? pos - 1 : pos;
        }
        hits.forgetAfter(end);
        state = 0;
        pos = end;
        return close(end, true);
    }

    private static boolean endsValues(char c) {
        return c <= ' '
                || ",;\"'{}[]<>|&`".indexOf(c) >= 0
                || c >= 0x2E80 && c <= 0xD7A3
                || c >= 0xFF00 && !Character.isLetterOrDigit(c);
    }

    private static int flag(char c) {
        if (c < FLAGS.length) {
            return FLAGS[c];
        }
        if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
            return Block.SPACE;
        }
        return c == '＠' ? Block.AT : Character.isLetter(c) ? Block.LETTER : Block.SIGN;
    }

    private static int[] flagsOfChars() {
        int[] flags = new int[0x530];
        for (char c = 0; c < flags.length; c++) {
            if (c <= ' ' || Character.isSpaceChar(c) || Character.isWhitespace(c)) {
                flags[c] = Block.SPACE;
            } else if (c >= '0' && c <= '9') {
                flags[c] = Block.DIGIT;
            } else if (Character.isLetter(c)) {
                flags[c] = Character.isUpperCase(c) ? Block.LETTER | Block.UPPER : Block.LETTER;
            } else {
                flags[c] = switch (c) {
                    case '@' -> Block.AT;
                    case ':' -> Block.COLON;
                    case '.' -> Block.DOT;
                    case '/' -> Block.SLASH;
                    case '-' -> Block.DASH;
                    case '"', '\'', '`' -> Block.QUOTE;
                    case ',', ';', '?', '(', ')', '«', '»' -> Block.PUNCTUATION;
                    default -> Block.SIGN;
                };
            }
        }
        return flags;
    }
}
