package io.arkestra.llm;

/**
 * Tokens that a call took. Use the factory: components that later releases add get their default there.
 *
 * @param promptTokens tokens of the prompt
 * @param completionTokens tokens of the answer
 * @param estimated whether the figures are a guess of ours rather than the backend's count
 */
public record Usage(long promptTokens, long completionTokens, boolean estimated) {
    /** Nothing was spent. */
    public static final Usage NONE = new Usage(0, 0, false);

    public static Usage of(long promptTokens, long completionTokens, boolean estimated) {
        return new Usage(promptTokens, completionTokens, estimated);
    }

    public long totalTokens() {
        return promptTokens + completionTokens;
    }

    public Usage plus(Usage other) {
        return new Usage(
                promptTokens + other.promptTokens,
                completionTokens + other.completionTokens,
                estimated || other.estimated);
    }
}
