package io.arkestra.neuro;

import io.arkestra.common.UserId;
import java.util.List;

/**
 * The mood towards each user. Turns move it within limits, time brings it back to its base, and answers sound by it. It never decides what
 * a tool may do. Thread-safe.
 */
public interface Neuro {
    /** Where levels rest when nothing moves them. */
    NeuroLevels base();

    /** The lowest levels that there can be. */
    NeuroLevels lowest();

    /** The highest levels that there can be. */
    NeuroLevels highest();

    /** The user's levels now. */
    NeuroLevels levels(UserId user);

    /** What the levels of now make of an answer. */
    Preset preset(UserId user);

    /** When and why the levels were moved, the latest first; old ones are dropped as the profile says. */
    List<NeuroChange> history(UserId user);

    /** Brings the levels to their base at once. The history stays and tells so. */
    void reset(UserId user);
}
