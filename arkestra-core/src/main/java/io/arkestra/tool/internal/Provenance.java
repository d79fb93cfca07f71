package io.arkestra.tool.internal;

import io.arkestra.common.Taint;
import io.arkestra.policy.Action;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.util.Set;

/** Knows which sources the words of a conversation came from. Thread-safe. */
public interface Provenance {
    /**
     * What is known of a call before it is judged.
     *
     * @param action the same with taints, untrusted values, whether private data was read, whether it was planned
     * @param strays whether it would read private data that nobody had named, after untrusted words were seen; {@link #strayed told} once it
     *     was made: what was denied read nothing
     */
    record Observed(Action action, boolean strays) {
        /** Of a call that names all that it reads. */
        public static Observed of(Action action) {
            return new Observed(action, false);
        }
    }

    /** What is known of a call. */
    Observed observed(Action action, ToolRunner.Place place);

    /** A call that {@link Observed#strays strays} was made. */
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
            public Observed observed(Action action, ToolRunner.Place place) {
                return Observed.of(action);
            }

            @Override
            public void saw(ToolRunner.Place place, ToolSpec spec, ToolResult result) {}
        };
    }
}
