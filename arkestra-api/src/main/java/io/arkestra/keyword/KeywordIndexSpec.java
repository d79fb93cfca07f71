package io.arkestra.keyword;

import java.util.List;

/**
 * Declares an index. Use the factory: components that later releases add get their default there.
 *
 * @param name lower-case letters, digits and dashes
 * @param fields its fields
 */
public record KeywordIndexSpec(String name, List<KeywordField> fields) {
    public KeywordIndexSpec {
        fields = List.copyOf(fields);
    }

    public static KeywordIndexSpec of(String name, List<KeywordField> fields) {
        return new KeywordIndexSpec(name, fields);
    }
}
