package io.arkestra.tool;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Scope;
import io.arkestra.common.Taint;
import io.arkestra.common.TurnId;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a tool may know about the call. Given by the engine; later releases add to it. */
public interface ToolContext {
    /** On whose behalf. */
    Scope scope();

    /** In which turn, if in one. */
    Optional<TurnId> turn();

    /** The engine's clock in the user's zone. */
    Clock clock();

    /** The user's time zone. */
    default ZoneId zone() {
        return clock().getZone();
    }

    /** The language that the user writes. */
    Locale locale();

    /** Says when to stop. A tool that ignores it is left behind and its result thrown away. */
    Cancellation cancellation();

    /** When the call is given up. */
    Instant deadline();

    /**
     * Untrusted sources whose words the model had seen when it asked for the call: what the call keeps for later, it keeps with them.
     * Empty when there were none.
     */
    default Set<Taint> taints() {
        return Set.of();
    }

    /** Whether the user said these words in the conversation, as a whole and whatever their case: then {@link #taints()} are not theirs. */
    default boolean isUsersWord(String words) {
        return false;
    }

    /** Keeps files that the call makes for the user. Only while the call runs. */
    default ArtifactWriter artifacts() {
        return (name, mediaType, content) -> {
            throw new ToolException(ToolException.Reason.NOT_SUPPORTED, "No files can be kept here");
        };
    }

    /**
     * Tells listeners how far the call is.
     *
     * @param what what is being done, for people
     * @param done how much of it is done
     * @param total of how much; 0 when nobody knows
     */
    default void progress(String what, long done, long total) {}
}
