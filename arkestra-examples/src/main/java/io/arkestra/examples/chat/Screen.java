package io.arkestra.examples.chat;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What text for people is written on. */
interface Screen {
    void print(String text);

    /** Prints whole lines, above the prompt where there is one. */
    default void printAbove(String lines) {
        print(lines);
    }

    /** Says how far something has got: where lines can be rewritten, in the place of what was said so before. */
    default void status(String text) {
        print(text + "\n");
    }

    /** The text in a colour that steps back, where there are colours. */
    default String dim(String text) {
        return text;
    }

    /** Whether nobody reads any more. */
    boolean broken();

    /** Plain UTF-8 without colours, flushed at once. */
    static Screen plain(PrintStream out) {
        return new Screen() {
            @Override
            public void print(String text) {
                // The answer may be cut inside a surrogate pair: the stream's encoder keeps the first half for the next
                // piece.
                out.print(text);
                out.flush();
            }

            @Override
            public boolean broken() {
                return out.checkError();
            }
        };
    }

    /** A stream in UTF-8, whatever the locale. */
    static PrintStream utf8(java.io.OutputStream out) {
        return new PrintStream(out, true, StandardCharsets.UTF_8);
    }
}
