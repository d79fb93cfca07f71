package io.arkestra.examples.chat;

import java.io.IOException;

/** Where the user's lines come from. */
interface ChatInput extends AutoCloseable {
    /** What came. */
    sealed interface Line {}

    /** A line without its end. */
    record Text(String text) implements Line {}

    /** A line that cannot be taken; the message says why. */
    record Unreadable(String message) implements Line {}

    /** Nothing more will come. */
    record End() implements Line {}

    /** Waits for the next line. */
    Line next() throws IOException;

    /** Calls the action when the user interrupts, until the result is closed. */
    default Watch onInterrupt(Runnable action) {
        return () -> {};
    }

    @Override
    void close() throws IOException;

    /** Ends the watch. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
