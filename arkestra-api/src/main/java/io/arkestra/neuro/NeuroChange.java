package io.arkestra.neuro;

import java.time.Instant;

/**
 * One time that levels were moved. Records may gain components in a later release: read them by accessor, do not construct them.
 *
 * @param at when
 * @param cause what moved them
 * @param turn id of the turn; empty unless a turn did
 * @param asked what was asked for
 * @param applied what came of it within the limits
 * @param after the levels afterwards
 */
public record NeuroChange(
        Instant at, Cause cause, String turn, NeuroUpdate asked, NeuroUpdate applied, NeuroLevels after) {
    /** What moves levels besides time. */
    public enum Cause {
        /** What was said in a turn. */
        TURN,
        /** The nightly work brought them towards their base. */
        SLEEP,
        /** Somebody set them back. */
        RESET
    }
}
