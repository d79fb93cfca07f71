package io.arkestra.guard.internal;

/** Finds one type of value. Immutable; what changes along a text is in its {@link Scan}. */
interface GuardRule {

    /** The type of value in upper case. */
    String type();

    /** A stable id of the rule. */
    String id();

    /** Starts on a new text. */
    Scan scan();

    /**
     * One pass of one rule over one text that may arrive in pieces.
     *
     * <p>What a scan finds must not depend on how the text was cut: it decides about a place only once every character that the
     * decision depends on is {@linkplain TextWindow#known known}. It must do bounded work per character and may look back
     * {@link TextWindow#LEFT_CONTEXT} characters.
     */
    interface Scan {

        /**
         * Goes as far as the window allows and reports each value found, in order.
         *
         * @return the lowest offset at which a value reported later may start; everything before it may be released
         */
        int advance(TextWindow window, Found found);
    }

    /** Takes the half-open range of a value. */
    @FunctionalInterface
    interface Found {
        void value(int start, int end);
    }
}
