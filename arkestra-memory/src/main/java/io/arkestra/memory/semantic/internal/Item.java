package io.arkestra.memory.semantic.internal;

import io.arkestra.common.Json;
import io.arkestra.store.Owner;
import org.jspecify.annotations.Nullable;

/**
 * Something that is searched by meaning, as the store holds it now.
 *
 * @param owner whose it is
 * @param key {@code m:ID}, {@code k:ID} or {@code d:ID}
 * @param content what is to be found; null when there is nothing to be found, or no longer
 * @param place what else is kept beside the vector, see {@link EmbeddingRows}
 * @param marked whether its place is kept although there is nothing to be found
 */
record Item(Owner owner, String key, @Nullable Content content, Json place, boolean marked) {
    /**
     * A text with what makes it understandable.
     *
     * @param before what was said before, with its speaker; often empty
     * @param lead what stands before every part of the text: the speaker, the headings
     * @param text the words
     */
    record Content(String before, String lead, String text) {}

    static Item gone(Owner owner, String key) {
        return new Item(owner, key, null, Json.emptyObject(), false);
    }

    static Item of(Owner owner, String key, Content content, Json place) {
        return new Item(owner, key, content, place, false);
    }

    /** Nothing to be found, but others depend on it. */
    static Item mark(Owner owner, String key, Json place) {
        return new Item(owner, key, null, place, true);
    }
}
