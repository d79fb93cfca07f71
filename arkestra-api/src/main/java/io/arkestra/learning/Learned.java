package io.arkestra.learning;

import java.time.Instant;
import java.util.List;

/**
 * What feedback has taught. Records may gain components in a later release: read them by accessor, do not construct them.
 *
 * @param arms every way that was tried, by what it is about and in which situation
 * @param recent the latest choices, the latest first
 */
public record Learned(List<Arm> arms, List<Choice> recent) {
    public Learned {
        arms = List.copyOf(arms);
        recent = List.copyOf(recent);
    }

    /**
     * A way to answer.
     *
     * @param subject {@code style} or {@code toolHints}
     * @param situation what the turns have in common, for example {@code question, ru}
     * @param name of the arm
     * @param chosen how often it was chosen for this user
     * @param good how many of these turns were praised
     * @param bad how many were blamed
     * @param mean the share of praise to be expected, 0 to 1, with what others said counting a little
     * @param low the share is above this with a probability of 97.5 %
     * @param high the share is below this with a probability of 97.5 %
     */
    public record Arm(
            String subject,
            String situation,
            String name,
            long chosen,
            long good,
            long bad,
            double mean,
            double low,
            double high) {}

    /**
     * One choice.
     *
     * @param turn id of the turn
     * @param at when
     * @param subject {@code style} or {@code toolHints}
     * @param situation what it was chosen for
     * @param arm what was chosen
     * @param why on what grounds, for people
     * @param feedback {@code good}, {@code bad}, or empty when there was none
     */
    public record Choice(
            String turn, Instant at, String subject, String situation, String arm, String why, String feedback) {}
}
