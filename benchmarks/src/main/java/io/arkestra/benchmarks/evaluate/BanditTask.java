package io.arkestra.benchmarks.evaluate;

import io.arkestra.common.Json;
import io.arkestra.learning.internal.Bandit;
import io.arkestra.learning.internal.Counts;
import io.arkestra.learning.internal.LearningSettings;
import io.arkestra.persona.internal.PersonaSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/** Three arms that are praised with a probability of 0.5, 0.6 and 0.7: how often is the best one chosen in the end? */
final class BanditTask {
    static final int SEEDS = 20;
    static final int ROUNDS = 1_000;
    static final int LAST = 200;
    static final double GOAL = 0.7;

    private static final double[] ODDS = {0.5, 0.6, 0.7};
    private static final List<String> ARMS = List.of("praised 0.5", "praised 0.6", "praised 0.7");
    private static final int BEST = 2;
    private static final int WINDOW = 50;

    private final double[][] shares = new double[ARMS.size()][ROUNDS];

    Simulation.Result run() {
        double[] last = new double[SEEDS];
        double regret = 0;
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "bandit: three arms praised with probability 0.5, 0.6, 0.7; %d rounds, %d worlds",
                ROUNDS,
                SEEDS));
        for (int seed = 1; seed <= SEEDS; seed++) {
            int[] chosen = world(seed);
            last[seed - 1] = Arrays.stream(chosen, ROUNDS - LAST, ROUNDS)
                            .filter(arm -> arm == BEST)
                            .count()
                    / (double) LAST;
            for (int round = 0; round < ROUNDS; round++) {
                shares[chosen[round]][round] += 1.0 / SEEDS;
                regret += (ODDS[BEST] - ODDS[chosen[round]]) / SEEDS;
            }
            lines.add(String.format(
                    Locale.ROOT, "  seed %2d: best arm in %5.1f %% of the last %d", seed, last[seed - 1] * 100, LAST));
        }
        long reached = Arrays.stream(last).filter(share -> share >= GOAL).count();
        double mean = Arrays.stream(last).average().orElse(0);
        lines.add(String.format(
                Locale.ROOT,
                "goal of %.0f %% reached in %d of %d worlds; mean %.1f %%, lost praise %.1f of %.0f",
                GOAL * 100,
                reached,
                SEEDS,
                mean * 100,
                regret,
                ODDS[BEST] * ROUNDS));
        Json report = Json.object()
                .put(
                        "counting",
                        "bestShare: share of the best arm among the last " + LAST + " of " + ROUNDS
                                + " choices, by seed; seedsAtGoal: in how many it is at least " + GOAL
                                + "; regret: praise lost against the best arm alone, mean over seeds")
                .put("seeds", SEEDS)
                .put("seedsAtGoal", reached)
                .put("meanBestShare", Figures.rounded(mean))
                .put(
                        "bestShare",
                        Json.array(Arrays.stream(last)
                                .mapToObj(share -> Json.of(Figures.rounded(share)))
                                .toList()))
                .put("regret", Figures.rounded(regret))
                .build();
        return new Simulation.Result(report, charts(last), lines);
    }

    /** Indices of the arms that were chosen, round by round. */
    private static int[] world(int seed) {
        Map<String, Map<String, String>> arms = new LinkedHashMap<>();
        arms.put("a", Map.of());
        arms.put("b", Map.of());
        arms.put("c", Map.of());
        List<String> names = List.copyOf(arms.keySet());
        LearningSettings shipped = PersonaSettings.shipped().learning();
        Bandit bandit =
                new Bandit(new LearningSettings(true, seed, shipped.othersCount(), shipped.elsewhereCount(), arms));
        SplittableRandom world = new SplittableRandom(1_000 + seed);
        Counts own = Counts.none();
        int[] chosen = new int[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            Counts.Key key = bandit.choose("style", "question, en", names, own, own, "user")
                    .key();
            chosen[round] = names.indexOf(key.arm());
            own = own.chose(key).judged(key, world.nextDouble() < ODDS[chosen[round]]);
        }
        return chosen;
    }

    private Map<String, SvgChart> charts(double[] last) {
        double[] x = new double[ROUNDS - WINDOW + 1];
        Arrays.setAll(x, i -> i + WINDOW);
        SvgChart lines = new SvgChart(
                "Choices among three arms, mean of " + SEEDS + " worlds over the last " + WINDOW + " rounds",
                "round",
                0,
                ROUNDS,
                "share of choices",
                0,
                1);
        for (int arm = 0; arm < ARMS.size(); arm++) {
            double[] share = shares[arm];
            double[] y = new double[x.length];
            Arrays.setAll(y, i -> Arrays.stream(share, i, i + WINDOW).average().orElse(0));
            lines.line(ARMS.get(arm), x, y);
        }
        SvgChart bars = new SvgChart(
                        "The best arm among the last " + LAST + " of " + ROUNDS + " choices, by world",
                        "seed of the world",
                        0,
                        SEEDS + 1,
                        "share of the best arm",
                        0,
                        1)
                .bars(last)
                .xTicks(SEEDS + 1)
                .rule("goal: 70 %", GOAL);
        Map<String, SvgChart> charts = new LinkedHashMap<>();
        charts.put("bandit-choices", lines);
        charts.put("bandit-worlds", bars);
        return charts;
    }
}
