package io.arkestra.memory;

import java.time.Instant;

/**
 * Something that a user's life is about. Use the factory: components that later releases add get their default there.
 *
 * @param id unique for the user
 * @param type what it is
 * @param name for people, in the user's words
 * @param weight how present it is now, 0 to 1: grows when it comes up, fades with time
 * @param lastAt when it last came up
 */
public record GraphNode(String id, Type type, String name, double weight, Instant lastAt) {
    /** What a node is. New types may be added: a {@code switch} needs a default branch. */
    public enum Type {
        GOAL,
        HABIT,
        STATE,
        CONTEXT,
        PERSON,
        PLACE,
        THING
    }

    public static GraphNode of(String id, Type type, String name, double weight, Instant lastAt) {
        return new GraphNode(id, type, name, weight, lastAt);
    }
}
