package io.arkestra.learning.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BanditTest {
    private static final String HERE = "question, en";
    private static final List<String> ARMS = List.of("a", "b", "c");

    private static LearningSettings settings(long seed) {
        Map<String, Map<String, String>> arms = new LinkedHashMap<>();
        ARMS.forEach(arm -> arms.put(arm, Map.of()));
        return new LearningSettings(true, seed, 8, 8, arms);
    }

    private static Counts.Key key(String situation, String arm) {
        return new Counts.Key("style", situation, arm);
    }

    private static Counts verdicts(Counts counts, Counts.Key key, int good, int bad) {
        Counts more = counts;
        for (int i = 0; i < good; i++) {
            more = more.judged(key, true);
        }
        for (int i = 0; i < bad; i++) {
            more = more.judged(key, false);
        }
        return more;
    }

    private static String chosen(Bandit bandit, Counts own, Counts all) {
        return bandit.choose("style", HERE, ARMS, own, all, "ann").key().arm();
    }

    @Test
    void choice_withoutAnyFeedback_isTheFirstArmAlways() {
        Bandit bandit = new Bandit(settings(7));
        Counts own = Counts.none();
        for (int i = 0; i < 100; i++) {
            Bandit.Chosen chosen = bandit.choose("style", HERE, ARMS, own, Counts.none(), "ann");
            assertEquals("a", chosen.key().arm());
            own = own.chose(chosen.key());
        }
    }

    @Test
    void choice_ofAUserWithoutFeedback_isWhatOthersLikedBest() {
        Counts all = verdicts(verdicts(Counts.none(), key(HERE, "a"), 3, 3), key(HERE, "b"), 9, 1);
        assertEquals("b", chosen(new Bandit(settings(7)), Counts.none(), all));
    }

    @Test
    void choices_ofTheSameSeed_areTheSameAndOfAnotherSeedAreNot() {
        assertEquals(sequence(3), sequence(3));
        assertTrue(!sequence(3).equals(sequence(4)));
    }

    private static String sequence(long seed) {
        Bandit bandit = new Bandit(settings(seed));
        Counts own = verdicts(Counts.none(), key(HERE, "a"), 1, 1);
        StringBuilder arms = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            Bandit.Chosen chosen = bandit.choose("style", HERE, ARMS, own, own, "ann");
            own = own.chose(chosen.key());
            arms.append(chosen.key().arm());
        }
        return arms.toString();
    }

    @Test
    void choices_afterFeedback_goMostlyToTheBestArmOfTheSituation() {
        Bandit bandit = new Bandit(settings(11));
        SplittableRandom world = new SplittableRandom(11);
        Map<String, double[]> odds =
                Map.of(HERE, new double[] {0.2, 0.8, 0.5}, "task, ru", new double[] {0.8, 0.2, 0.5});
        Counts own = Counts.none();
        int[] best = new int[2];
        for (int i = 0; i < 800; i++) {
            String situation = i % 2 == 0 ? HERE : "task, ru";
            Counts.Key key =
                    bandit.choose("style", situation, ARMS, own, own, "ann").key();
            boolean good = world.nextDouble() < odds.getOrDefault(situation, new double[3])[ARMS.indexOf(key.arm())];
            own = own.chose(key).judged(key, good);
            if (i >= 600 && key.arm().equals(i % 2 == 0 ? "b" : "a")) {
                best[i % 2]++;
            }
        }
        assertTrue(best[0] >= 80 && best[1] >= 80, () -> best[0] + " and " + best[1] + " of 100 were the best arm");
    }

    @Test
    void belief_countsOthersAsAFewTurnsHoweverManyTheyAre() {
        Bandit bandit = new Bandit(settings(1));
        Counts own = verdicts(Counts.none(), key(HERE, "a"), 2, 1);
        Counts all = verdicts(own, key(HERE, "a"), 0, 4_000);
        Beta belief = bandit.belief(key(HERE, "a"), own, all);
        assertEquals(3, belief.alpha(), 1e-9);
        assertEquals(1 + 1 + 8, belief.beta(), 1e-9);
        Counts elsewhere = verdicts(own, key("task, ru", "a"), 100, 0);
        assertEquals(3 + 8, bandit.belief(key(HERE, "a"), elsewhere, elsewhere).alpha(), 1e-9);
    }

    /** Reference values of the beta distribution from tables. */
    @ParameterizedTest
    @CsvSource({
        "1, 1, 0.025, 0.025",
        "1, 1, 0.9, 0.9",
        "2, 2, 0.5, 0.5",
        "2, 1, 0.25, 0.5",
        "1, 3, 0.5, 0.2062995",
        "5, 1, 0.5, 0.8705506"
    })
    void quantile_ofKnownDistributions_isTheTabledOne(double alpha, double beta, double probability, double expected) {
        assertEquals(expected, new Beta(alpha, beta).quantile(probability), 1e-6);
    }

    @Test
    void samples_ofABeta_haveItsMeanAndSpread() {
        for (double[] shape : new double[][] {{0.5, 0.7}, {1, 1}, {3, 9}, {60, 40}}) {
            Beta beta = new Beta(shape[0], shape[1]);
            SplittableRandom random = new SplittableRandom(9);
            double[] samples = new double[20_000];
            java.util.Arrays.setAll(samples, i -> beta.sample(random));
            java.util.Arrays.sort(samples);
            assertEquals(beta.mean(), java.util.Arrays.stream(samples).average().orElse(0), 0.01);
            assertEquals(beta.quantile(0.025), samples[500], 0.015);
            assertEquals(beta.quantile(0.975), samples[19_500], 0.015);
        }
    }

    @Test
    void verdict_takenBack_leavesNothing() {
        Counts.Key key = key(HERE, "a");
        Counts counts = Counts.none().chose(key).judged(key, true);
        assertEquals(new Tally(1, 0, 0), counts.unjudged(key, true).tally(key));
        assertEquals(new Tally(1, 1, 0), counts.unjudged(key, false).tally(key));
    }
}
