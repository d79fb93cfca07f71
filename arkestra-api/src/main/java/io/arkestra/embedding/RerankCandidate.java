package io.arkestra.embedding;

/**
 * A text to be ordered. Use the factory: components that later releases add get their default there.
 *
 * @param id unique within one call
 * @param text what is judged
 * @param score of the first stage; higher is better
 */
public record RerankCandidate(String id, String text, double score) {
    public static RerankCandidate of(String id, String text, double score) {
        return new RerankCandidate(id, text, score);
    }
}
