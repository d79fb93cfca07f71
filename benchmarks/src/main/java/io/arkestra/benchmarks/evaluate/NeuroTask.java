package io.arkestra.benchmarks.evaluate;

import io.arkestra.common.Json;
import io.arkestra.neuro.Mediator;
import io.arkestra.neuro.NeuroLevels;
import io.arkestra.neuro.NeuroUpdate;
import io.arkestra.neuro.Preset;
import io.arkestra.neuro.Trait;
import io.arkestra.neuro.internal.MediatorRange;
import io.arkestra.neuro.internal.NeuroDynamics;
import io.arkestra.neuro.internal.NeuroProfile;
import io.arkestra.neuro.internal.PresetMap;
import io.arkestra.persona.internal.PersonaSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Pushes every level of the shipped profile to its end and lets it come back; then sends updates of any size and looks at the limits. */
final class NeuroTask {
    private static final Instant START = Instant.EPOCH;
    /** 2^-7 is the first power below 1 %. */
    private static final int HALF_LIVES = 7;

    private static final int SEEDS = 20;
    private static final int TURNS = 1_000;
    private static final int POINTS = 200;

    private final NeuroProfile profile = PersonaSettings.shipped().neuro();
    private final NeuroDynamics dynamics = new NeuroDynamics(profile);
    private final PresetMap presets = new PresetMap(profile);

    Simulation.Result run() {
        List<String> lines = new ArrayList<>();
        lines.add("neuro: the shipped profile; each level is pushed to its highest and left alone");
        lines.add(String.format(
                Locale.ROOT,
                "%-14s %6s %10s %14s %14s",
                "mediator",
                "base",
                "half-life",
                "left after 1",
                "after 7 [%]"));
        double worst = 0;
        Json.ObjectBuilder rest = Json.object();
        for (Mediator mediator : Mediator.values()) {
            MediatorRange range = profile.range(mediator);
            double one = left(mediator, 1);
            double seven = left(mediator, HALF_LIVES);
            worst = Math.max(worst, seven);
            lines.add(String.format(
                    Locale.ROOT,
                    "%-14s %6.2f %10s %13.2f%% %13.2f%%",
                    mediator.word(),
                    range.base(),
                    range.halfLife(),
                    one * 100,
                    seven * 100));
            rest.put(mediator.word(), Figures.rounded(seven));
        }
        Limits limits = limits();
        lines.add(String.format(
                Locale.ROOT,
                "limits: %d turns in %d worlds; out of range %d, beyond a turn's limit %d",
                SEEDS * TURNS,
                SEEDS,
                limits.outOfRange(),
                limits.beyondTurn()));
        Json report = Json.object()
                .put(
                        "counting",
                        "restAfterHalfLives: share of a push to the highest level that is left after " + HALF_LIVES
                                + " half-lives; the goal is at most 0.01. outOfRange and beyondTurn: violations in "
                                + SEEDS * TURNS + " turns with updates of any size")
                .put("restAfterHalfLives", rest.build())
                .put("worstRest", Figures.rounded(worst))
                .put("turns", SEEDS * TURNS)
                .put("outOfRange", limits.outOfRange())
                .put("beyondTurn", limits.beyondTurn())
                .build();
        return new Simulation.Result(report, charts(), lines);
    }

    private double left(Mediator mediator, int halfLives) {
        MediatorRange range = profile.range(mediator);
        NeuroLevels high = profile.levels(MediatorRange::max, START);
        NeuroLevels later = dynamics.decayed(high, START.plus(range.halfLife().multipliedBy(halfLives)));
        return Math.abs(later.level(mediator) - range.base()) / (range.max() - range.base());
    }

    private record Limits(int outOfRange, int beyondTurn) {}

    private Limits limits() {
        int out = 0;
        int beyond = 0;
        for (int seed = 1; seed <= SEEDS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            NeuroLevels levels = profile.base(START);
            for (int turn = 0; turn < TURNS; turn++) {
                levels = dynamics.decayed(levels, levels.at().plusSeconds(random.nextInt(1, 4_000)));
                EnumMap<Mediator, Double> asked = new EnumMap<>(Mediator.class);
                for (Mediator mediator : Mediator.values()) {
                    asked.put(mediator, random.nextDouble(-5, 5));
                }
                NeuroDynamics.Moved moved = dynamics.apply(levels, NeuroUpdate.of(asked), Map.of());
                levels = moved.levels();
                for (Mediator mediator : Mediator.values()) {
                    MediatorRange range = profile.range(mediator);
                    double level = levels.level(mediator);
                    out += level < range.min() || level > range.max() ? 1 : 0;
                    beyond += Math.abs(moved.applied().change(mediator)) > profile.perTurn() + 1e-9 ? 1 : 0;
                }
            }
        }
        return new Limits(out, beyond);
    }

    private Map<String, SvgChart> charts() {
        Duration longest = Arrays.stream(Mediator.values())
                .map(mediator -> profile.range(mediator).halfLife())
                .max(Duration::compareTo)
                .orElseThrow();
        double hours = longest.toMinutes() / 60.0 * 4;
        double[] x = new double[POINTS + 1];
        Arrays.setAll(x, i -> hours * i / POINTS);
        NeuroLevels high = profile.levels(MediatorRange::max, START);
        SvgChart levels = new SvgChart(
                "Levels come back to their base after a push to the highest",
                "hours after the push",
                0,
                hours,
                "distance from the base (1 = highest)",
                0,
                1);
        Map<Duration, List<Mediator>> alike = new TreeMap<>(Comparator.reverseOrder());
        for (Mediator mediator : Mediator.values()) {
            alike.computeIfAbsent(profile.range(mediator).halfLife(), length -> new ArrayList<>())
                    .add(mediator);
        }
        // Levels of the same half-life would lie upon each other.
        alike.forEach((halfLife, mediators) -> {
            MediatorRange range = profile.range(mediators.get(0));
            double[] y = new double[x.length];
            Arrays.setAll(
                    y, i -> (at(high, x[i]).level(mediators.get(0)) - range.base()) / (range.max() - range.base()));
            String names = mediators.stream().map(Mediator::word).collect(Collectors.joining("\n"));
            levels.line("half-life " + halfLife.toString().substring(2).toLowerCase(Locale.ROOT) + ":\n" + names, x, y);
        });
        levels.xTicks(6).rule("half is left", 0.5);
        Map<String, SvgChart> charts = new LinkedHashMap<>();
        charts.put("neuro-levels", levels);
        charts.put("neuro-preset", day());
        return charts;
    }

    private NeuroLevels at(NeuroLevels levels, double hours) {
        return dynamics.decayed(levels, START.plusMillis((long) (hours * 3_600_000)));
    }

    /** Half an hour of praise, then quiet, then half an hour of blame. */
    private SvgChart day() {
        int minutes = 480;
        double[] x = new double[minutes + 1];
        Map<Trait, double[]> values = new LinkedHashMap<>();
        for (Trait trait : List.of(
                Trait.TEMPERATURE, Trait.LENGTH, Trait.EMPATHY, Trait.HUMOUR, Trait.FORMALITY, Trait.INITIATIVE)) {
            values.put(trait, new double[minutes + 1]);
        }
        NeuroUpdate praise = NeuroUpdate.of(Map.of(
                Mediator.ENDORPHIN, 0.08, Mediator.OXYTOCIN, 0.06, Mediator.DOPAMINE, 0.05, Mediator.CORTISOL, -0.08));
        NeuroUpdate blame =
                NeuroUpdate.of(Map.of(Mediator.CORTISOL, 0.12, Mediator.ENDORPHIN, -0.08, Mediator.GABA, -0.04));
        NeuroLevels levels = profile.base(START);
        for (int minute = 0; minute <= minutes; minute++) {
            levels = dynamics.decayed(levels, START.plus(Duration.ofMinutes(minute)));
            if (minute % 6 == 0 && minute < 30) {
                levels = dynamics.apply(levels, praise, Map.of()).levels();
            } else if (minute % 6 == 0 && minute >= 240 && minute < 270) {
                levels = dynamics.apply(levels, blame, Map.of()).levels();
            }
            x[minute] = minute;
            Preset preset = presets.preset(levels);
            int at = minute;
            values.forEach((trait, y) -> y[at] = preset.value(trait));
        }
        SvgChart chart = new SvgChart(
                "What the mood makes of answers: praise from minute 0 to 30, blame from 240 to 270",
                "minutes",
                0,
                minutes,
                "value of the trait",
                0,
                1);
        values.forEach((trait, y) -> chart.line(trait.key(), x, y));
        return chart.xTicks(8);
    }
}
