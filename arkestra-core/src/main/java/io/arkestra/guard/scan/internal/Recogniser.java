package io.arkestra.guard.scan.internal;

import java.util.List;

/**
 * Finds one type of value, or one family of types, in a block. Immutable and thread-safe. Does bounded work per character of the
 * block and looks no further left than {@link Block#left()} and no further right than {@link Block#limit()}.
 */
public interface Recogniser {

    /** The types of value that it reports, in upper case. */
    List<String> types();

    /** Whether plain words, without digits, capitals or signs, can be such values: asked once, so that prose is passed quickly. */
    default boolean inProse() {
        return false;
    }

    /** Whether the block can hold such a value at all; asked before {@link #find} and cheap. */
    boolean concerns(Block block);

    /** Reports each value that lies in the block. */
    void find(Block block, Found found);

    /** Takes what a recogniser finds. */
    @FunctionalInterface
    interface Found {
        /**
         * @param type kind of value in upper case
         * @param rule id of the rule
         * @param start offset of its first character in the text; what lies before the block is left out
         * @param end offset after its last one
         */
        void value(String type, String rule, int start, int end);
    }
}
