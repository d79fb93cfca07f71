package io.arkestra.provenance.internal;

import java.util.Objects;

/**
 * A value of a call that decides where something goes or what is touched.
 *
 * @param kind the sort
 * @param name the parameter that it came in, or the kind of target that the tool named
 * @param text the value
 */
record Destination(Kind kind, String name, String text) {
    /** The sorts. */
    enum Kind {
        /** An address, account, channel or person. */
        RECIPIENT,
        /** A URL or host. */
        URL,
        /** A file or directory. */
        PATH,
        /** What is touched, where nothing says where something goes: an id, a name, a secret. */
        SUBJECT,
        /** What something new is called, where nothing else says what the call is about. */
        TITLE
    }

    Destination {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(text, "text");
    }
}
