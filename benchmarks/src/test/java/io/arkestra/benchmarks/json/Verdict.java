package io.arkestra.benchmarks.json;

/**
 * What became of a damaged answer.
 *
 * @param kind right or wrong, and how
 * @param detail the steps that led to it, the wrong value, or the name of the exception; may be empty
 */
record Verdict(Kind kind, String detail) {
    enum Kind {
        /** The value that the model meant. */
        RIGHT("right"),
        /** No value, where there is none to be had. */
        RIGHTLY_REFUSED("rightly refused"),
        /** No value, though the model meant one. */
        REFUSED("refused"),
        /** A value that the model did not mean. */
        WRONG("**wrong value**");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    static Verdict refused(DamagedAnswer answer, String detail) {
        return new Verdict(answer.expected().isPresent() ? Kind.REFUSED : Kind.RIGHTLY_REFUSED, detail);
    }

    static Verdict value(boolean right, String detail) {
        return new Verdict(right ? Kind.RIGHT : Kind.WRONG, detail);
    }

    boolean good() {
        return kind == Kind.RIGHT || kind == Kind.RIGHTLY_REFUSED;
    }
}
