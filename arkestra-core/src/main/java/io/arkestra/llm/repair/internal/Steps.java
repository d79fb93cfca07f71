package io.arkestra.llm.repair.internal;

/** Stable names of the steps of a repair. Hosts and tests see them in {@code LlmResponse.repairs()}. */
public final class Steps {
    public static final String BYTE_ORDER_MARK = "byte-order-mark";
    public static final String THINKING = "thinking";
    public static final String FENCE = "fence";
    public static final String SURROUNDING_TEXT = "surrounding-text";
    public static final String SINGLE_QUOTES = "single-quotes";
    public static final String SMART_QUOTES = "smart-quotes";
    public static final String INNER_QUOTES = "inner-quotes";
    public static final String UNQUOTED_KEYS = "unquoted-keys";
    public static final String UNQUOTED_TEXT = "unquoted-text";
    public static final String TRAILING_COMMAS = "trailing-commas";
    public static final String MISSING_COMMAS = "missing-commas";
    public static final String COMMENTS = "comments";
    public static final String PYTHON_WORDS = "python-words";
    public static final String NOT_A_NUMBER = "not-a-number";
    public static final String NUMBER_FORM = "number-form";
    public static final String RAW_CONTROLS = "raw-control-characters";
    public static final String BAD_ESCAPES = "bad-escapes";
    public static final String LONE_SURROGATES = "lone-surrogates";
    public static final String DUPLICATE_KEYS = "duplicate-keys";
    public static final String WRONG_BRACKET = "wrong-bracket";
    /** The answer ended before the document did; what was open was closed. */
    public static final String CUT = "closed-at-cut";

    public static final String DROPPED_PAIR = "dropped-incomplete-pair";
    public static final String EMBEDDED_JSON = "coerced-embedded-json";
    public static final String TO_NUMBER = "coerced-to-number";
    public static final String TO_BOOLEAN = "coerced-to-boolean";
    public static final String TO_TEXT = "coerced-to-text";
    public static final String TO_ARRAY = "coerced-to-array";
    public static final String ENUM_CASE = "enum-case";
    public static final String ENUM_NEAREST = "enum-nearest";
    public static final String DROPPED_NULL = "dropped-null";
    public static final String DROPPED_UNKNOWN = "dropped-unknown";
    public static final String FILLED_DEFAULT = "filled-default";

    private Steps() {}
}
