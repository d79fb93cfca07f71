package io.arkestra.keyword.lucene.internal;

import io.arkestra.common.UserId;
import io.arkestra.keyword.KeywordDoc;
import io.arkestra.keyword.KeywordField;
import io.arkestra.keyword.KeywordHit;
import io.arkestra.keyword.KeywordIndex;
import io.arkestra.keyword.KeywordIndexSpec;
import io.arkestra.keyword.KeywordQuery;
import io.arkestra.store.Owner;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Two owners and an index for their texts. */
final class Texts {
    static final Owner ANN = Owner.of(UserId.of("ann"));
    static final Owner BOB = Owner.of(UserId.of("bob"));
    static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    static final KeywordIndexSpec SPEC = KeywordIndexSpec.of(
            "recall", List.of(KeywordField.of("sharp", 0.6f, 0.3f), KeywordField.of("window", 1.2f, 0.75f)));
    static final LuceneKeywordIndexProvider PROVIDER = new LuceneKeywordIndexProvider();

    private Texts() {}

    static KeywordDoc doc(Owner owner, String id, String text) {
        return KeywordDoc.of(owner, id, NOON, Map.of("sharp", text, "window", text));
    }

    static List<String> ids(KeywordIndex index, Owner owner, String text) {
        return ids(index.search(KeywordQuery.of(owner, "sharp", text)));
    }

    static List<String> ids(List<KeywordHit> hits) {
        return hits.stream().map(KeywordHit::id).toList();
    }
}
