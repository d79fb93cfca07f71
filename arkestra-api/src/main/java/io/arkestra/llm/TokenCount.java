package io.arkestra.llm;

/**
 * Tokens of a text. Use the factory: components that later releases add get their default there.
 *
 * @param tokens how many
 * @param exact whether the model's own tokenizer counted them
 */
public record TokenCount(long tokens, boolean exact) {
    public static TokenCount of(long tokens, boolean exact) {
        return new TokenCount(tokens, exact);
    }

    /**
     * A guess without a tokenizer: one token for four code units of Latin text, one for two of anything else, which errs on the side
     * of too many for the usual vocabularies.
     */
    public static TokenCount estimate(String text) {
        long quarters = 0;
        for (int i = 0; i < text.length(); i++) {
            quarters += text.charAt(i) < 0x250 ? 1 : 2;
        }
        return new TokenCount((quarters + 3) / 4, false);
    }
}
