package io.arkestra.learning.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Thompson sampling over arms with verdicts of good and bad: each arm's share of praise is drawn from what is believed about it, and the
 * arm with the highest draw is chosen, so that arms are tried as often as they may still be the best (Thompson, 1933).
 *
 * <p>What is believed begins with even odds. What the user said in other situations and what other users said about the arm count as a few
 * turns at most, whatever their number; what the user said in this situation counts in full. Nobody is experimented on who never judges: until
 * a user's first verdict the arm with the best prospects is used, the first one when there are none. Pure: the same counts give the same
 * choice.
 */
public final class Bandit {
    private static final long USER = 0x9E3779B97F4A7C15L;
    private static final long STEP = 0xD1342543DE82EF95L;

    private final LearningSettings settings;

    public Bandit(LearningSettings settings) {
        this.settings = settings;
    }

    /**
     * A choice.
     *
     * @param key what was chosen, for what
     * @param why on what grounds, for people
     */
    public record Chosen(Counts.Key key, String why) {}

    /**
     * Chooses an arm.
     *
     * @param subject what is to be chosen
     * @param situation for what
     * @param arms by name, the first is the standard; at least one
     * @param own what the user's turns have taught
     * @param all what everybody's turns have taught, the user's included
     * @param user tells chance of different users apart
     */
    public Chosen choose(String subject, String situation, List<String> arms, Counts own, Counts all, String user) {
        Tally before = own.sum(key -> key.subject().equals(subject));
        boolean tries = before.judged() > 0;
        long start = settings.seed() ^ USER * (user.hashCode() * 31L + subject.hashCode()) ^ STEP * before.chosen();
        RandomGenerator random = new SplittableRandom(start);
        List<String> shown = new ArrayList<>();
        String best = arms.get(0);
        double highest = -1;
        for (String arm : arms) {
            Beta belief = belief(new Counts.Key(subject, situation, arm), own, all);
            double value = tries ? belief.sample(random) : belief.mean();
            shown.add(String.format(Locale.ROOT, "%s %.2f", arm, value));
            if (value > highest + 1e-12) {
                highest = value;
                best = arm;
            }
        }
        String grounds = tries ? "drawn highest of " : "no feedback of this user yet; best or first of ";
        return new Chosen(new Counts.Key(subject, situation, best), grounds + String.join(", ", shown));
    }

    /** What is believed about the share of praise of an arm in a situation. */
    public Beta belief(Counts.Key key, Counts own, Counts all) {
        Tally here = own.tally(key);
        Tally elsewhere = own.sum(other ->
                        other.subject().equals(key.subject()) && other.arm().equals(key.arm()))
                .minus(here);
        Tally others = all.tally(key).minus(here.shared());
        double elsewhereScale = scale(elsewhere, settings.elsewhereCount());
        double othersScale = scale(others, settings.othersCount());
        return new Beta(
                1 + here.good() + elsewhere.good() * elsewhereScale + others.good() * othersScale,
                1 + here.bad() + elsewhere.bad() * elsewhereScale + others.bad() * othersScale);
    }

    private static double scale(Tally tally, double most) {
        return tally.judged() <= most ? 1 : most / tally.judged();
    }
}
