package io.arkestra.keyword;

import io.arkestra.store.Owner;
import java.time.Instant;
import java.util.Map;

/**
 * A text to be found by its words. Use the factory: components that later releases add get their default there.
 *
 * @param owner whose text it is; nobody else's search is influenced by it in any way
 * @param id unique within the owner and the index
 * @param at the time the text belongs to, for time-bound searches
 * @param fields text by field name; every field is searchable on its own
 */
public record KeywordDoc(Owner owner, String id, Instant at, Map<String, String> fields) {
    public KeywordDoc {
        fields = Map.copyOf(fields);
    }

    public static KeywordDoc of(Owner owner, String id, Instant at, Map<String, String> fields) {
        return new KeywordDoc(owner, id, at, fields);
    }
}
