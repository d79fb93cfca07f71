package io.arkestra.llm.llamacpp.gguf.internal;

/** What is wrong with a file, without the file's name. */
final class Unacceptable extends Exception {
    private static final long serialVersionUID = 1L;

    Unacceptable(String what) {
        super(what);
    }
}
