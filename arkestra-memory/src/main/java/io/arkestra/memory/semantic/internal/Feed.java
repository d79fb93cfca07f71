package io.arkestra.memory.semantic.internal;

import io.arkestra.memory.Message;
import io.arkestra.memory.record.internal.Chunk;
import io.arkestra.memory.record.internal.MemoryCollection;
import io.arkestra.memory.semantic.internal.SemanticIndex.Space;

/** The collections whose documents are embedded. */
enum Feed {
    MESSAGES(Message.COLLECTION.name(), "m:", Space.CONVERSATION),
    MEMORIES(MemoryCollection.NAME, "k:", Space.CONVERSATION),
    CHUNKS(Chunk.NAME, "d:", Space.DOCUMENT);

    private final String collection;
    private final String prefix;
    private final Space space;

    Feed(String collection, String prefix, Space space) {
        this.collection = collection;
        this.prefix = prefix;
        this.space = space;
    }

    String collection() {
        return collection;
    }

    Space space() {
        return space;
    }

    String key(String id) {
        return prefix + id;
    }

    static String id(String key) {
        return key.substring(2);
    }

    static Feed of(String key) {
        for (Feed feed : values()) {
            if (key.startsWith(feed.prefix)) {
                return feed;
            }
        }
        throw new IllegalArgumentException("No item key: " + key);
    }
}
