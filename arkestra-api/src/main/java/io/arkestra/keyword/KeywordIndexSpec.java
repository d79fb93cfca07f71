package io.arkestra.keyword;

import java.util.List;

/**
 * Declares an index.
 *
 * @param name lower-case letters, digits and dashes
 * @param fields its fields
 */
public record KeywordIndexSpec(String name, List<KeywordField> fields) {
    public KeywordIndexSpec {
        fields = List.copyOf(fields);
    }
}
