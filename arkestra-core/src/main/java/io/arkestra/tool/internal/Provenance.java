package io.arkestra.tool.internal;

import io.arkestra.common.Taint;
import io.arkestra.policy.Action;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.util.Set;

/** Knows which sources the words of a conversation came from. Thread-safe. */
public interface Provenance {
    /** The same action with what is known about it: taints, untrusted values, whether private data was read, whether it was planned. */
    Action observed(Action action, ToolRunner.Place place);

    /**
     * Whether a call would read private data that nobody had named, after untrusted words were seen. Asked before the call is judged, and
     * {@link #strayed told} once it was made: what was denied read nothing.
     */
    default boolean strays(Action action, ToolRunner.Place place) {
        return false;
    }

    /** A call that {@link #strays} was made. */
    default void strayed(ToolRunner.Place place) {}

    /** A call gave something back, which the model will see. */
    void saw(ToolRunner.Place place, ToolSpec spec, ToolResult result);

    /** Untrusted sources whose words the model had seen. */
    default Set<Taint> taints(ToolRunner.Place place) {
        return Set.of();
    }

    /** Whether the user said these words in the conversation, as a whole. */
    default boolean isUsersWord(ToolRunner.Place place, String words) {
        return false;
    }

    /** Knows nothing. */
    static Provenance unknown() {
        return new Provenance() {
            @Override
            public Action observed(Action action, ToolRunner.Place place) {
                return action;
            }

            @Override
            public void saw(ToolRunner.Place place, ToolSpec spec, ToolResult result) {}
        };
    }
}
