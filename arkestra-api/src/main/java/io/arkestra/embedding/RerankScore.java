package io.arkestra.embedding;

/**
 * A judged text. Use the factory: components that later releases add get their default there.
 *
 * @param id of the candidate
 * @param score higher is better; comparable only within one call
 */
public record RerankScore(String id, double score) {
    public static RerankScore of(String id, double score) {
        return new RerankScore(id, score);
    }
}
