package io.arkestra.keyword;

/**
 * A field of an index. Use the factory: components that later releases add get their default there.
 *
 * @param name its name
 * @param k1 BM25 saturation of term frequency, for example 1.2
 * @param b BM25 length normalisation, 0 to 1, for example 0.75
 */
public record KeywordField(String name, float k1, float b) {
    public static KeywordField of(String name, float k1, float b) {
        return new KeywordField(name, k1, b);
    }
}
