package io.arkestra.memory;

import java.time.Instant;
import java.util.Map;

/**
 * A document that can be searched. Use the factory: components that later releases add get their default there.
 *
 * @param id as it was given
 * @param title for people
 * @param origin who wrote it
 * @param metadata properties
 * @param at when it was written
 * @param chunks into how many parts it was cut
 * @param characters how long it is
 */
public record DocumentInfo(
        String id, String title, Origin origin, Map<String, String> metadata, Instant at, int chunks, int characters) {
    public DocumentInfo {
        metadata = Map.copyOf(metadata);
    }

    public static DocumentInfo of(
            String id,
            String title,
            Origin origin,
            Map<String, String> metadata,
            Instant at,
            int chunks,
            int characters) {
        return new DocumentInfo(id, title, origin, metadata, at, chunks, characters);
    }
}
