package io.arkestra.llm;

/**
 * Tokens that a call took. Use the factories: components that later releases add get their default there.
 *
 * @param promptTokens tokens of the prompt, those from a cache included
 * @param completionTokens tokens of the answer, those of thinking included
 * @param estimated whether the figures are a guess of ours rather than the backend's count
 * @param cachedTokens tokens of the prompt that the backend still had evaluated from before; 0 when it does not say
 * @param reasoningTokens tokens of the answer that were thinking; 0 when it does not say
 */
public record Usage(
        long promptTokens, long completionTokens, boolean estimated, long cachedTokens, long reasoningTokens) {
    /** Nothing was spent. */
    public static final Usage NONE = of(0, 0, false);

    public static Usage of(long promptTokens, long completionTokens, boolean estimated) {
        return new Usage(promptTokens, completionTokens, estimated, 0, 0);
    }

    public Usage withCached(long tokens) {
        return new Usage(promptTokens, completionTokens, estimated, tokens, reasoningTokens);
    }

    public Usage withReasoning(long tokens) {
        return new Usage(promptTokens, completionTokens, estimated, cachedTokens, tokens);
    }

    public long totalTokens() {
        return promptTokens + completionTokens;
    }

    public Usage plus(Usage other) {
        return new Usage(
                promptTokens + other.promptTokens,
                completionTokens + other.completionTokens,
                estimated || other.estimated,
                cachedTokens + other.cachedTokens,
                reasoningTokens + other.reasoningTokens);
    }
}
