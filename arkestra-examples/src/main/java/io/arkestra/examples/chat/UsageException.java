package io.arkestra.examples.chat;

/** The command line is wrong. The message is one line for people. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
