package io.arkestra.neuro;

/** What the mood changes about an answer. */
public enum Trait {
    /** How freely words are picked, 0 to 2. */
    TEMPERATURE("temperature"),
    /** From which share of the likely words, above 0, at most 1. */
    TOP_P("topP"),
    /** How long an answer may be at most, in tokens. */
    MAX_TOKENS("maxTokens"),
    /** Short to long, 0 to 1. */
    LENGTH("length"),
    /** Plain prose to lists and steps, 0 to 1. */
    STRUCTURE("structure"),
    /** Matter-of-fact to caring, 0 to 1. */
    EMPATHY("empathy"),
    /** Serious to playful, 0 to 1. */
    HUMOUR("humour"),
    /** Casual to formal, 0 to 1. */
    FORMALITY("formality"),
    /** Answering only to proposing, 0 to 1. */
    INITIATIVE("initiative");

    private final String key;

    Trait(String key) {
        this.key = key;
    }

    /** The name in files and reports. */
    public String key() {
        return key;
    }

    /** Whether this is told to a model in words rather than as a setting. */
    public boolean isStyle() {
        return ordinal() >= LENGTH.ordinal();
    }
}
