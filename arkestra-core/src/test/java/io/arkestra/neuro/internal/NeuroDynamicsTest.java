package io.arkestra.neuro.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.neuro.Mediator;
import io.arkestra.neuro.NeuroLevels;
import io.arkestra.neuro.NeuroUpdate;
import io.arkestra.neuro.Preset;
import io.arkestra.neuro.Trait;
import io.arkestra.persona.internal.PersonaSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NeuroDynamicsTest {
    private static final Instant START = Instant.parse("2026-05-05T09:00:00Z");
    private static final double ROUNDING = 1e-9;

    private final NeuroProfile profile = PersonaSettings.shipped().neuro();
    private final NeuroDynamics dynamics = new NeuroDynamics(profile);
    private final PresetMap presets = new PresetMap(profile);

    private static NeuroUpdate any(SplittableRandom random) {
        EnumMap<Mediator, Double> changes = new EnumMap<>(Mediator.class);
        for (Mediator mediator : Mediator.values()) {
            if (random.nextInt(3) > 0) {
                double size = Math.pow(10, random.nextDouble(-3, 300));
                changes.put(mediator, random.nextBoolean() ? size : -size);
            }
        }
        return NeuroUpdate.of(changes);
    }

    private NeuroLevels anywhere(SplittableRandom random) {
        return profile.levels(range -> range.min() + (range.max() - range.min()) * random.nextDouble(), START);
    }

    private void assertInRange(NeuroLevels levels) {
        for (Mediator mediator : Mediator.values()) {
            MediatorRange range = profile.range(mediator);
            double level = levels.level(mediator);
            assertTrue(level >= range.min() && level <= range.max(), () -> mediator + " is " + level);
        }
    }

    /** Twenty users, 2,000 turns each, with updates of any size at any distance in time. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void levels_afterAnySequenceOfUpdates_stayInRangeAndWithinTheLimits(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        NeuroState state = new NeuroState(profile.base(START), List.of(), "", true);
        Deque<NeuroState.Move> lastHour = new ArrayDeque<>();
        Instant now = START;
        for (int turn = 0; turn < 2_000; turn++) {
            Instant at = now.plusMillis((long) Math.pow(10, random.nextDouble(0, 7)));
            now = at;
            NeuroLevels before = dynamics.decayed(state.levels(), now);
            assertInRange(before);
            NeuroUpdate asked = any(random);
            NeuroDynamics.Moved moved = dynamics.apply(before, asked, state.moved(now));
            assertInRange(moved.levels());
            state = new NeuroState(moved.levels(), state.movesAnd(moved.applied(), now), "", false);
            lastHour.add(new NeuroState.Move(now, moved.applied()));
            lastHour.removeIf(move -> !move.at().isAfter(at.minus(Duration.ofHours(1))));
            for (Mediator mediator : Mediator.values()) {
                double applied = moved.applied().change(mediator);
                assertTrue(Math.abs(applied) <= profile.perTurn() + ROUNDING, () -> mediator + " " + applied);
                assertTrue(applied * asked.change(mediator) >= 0, () -> mediator + " went the other way");
                double inHour = lastHour.stream()
                        .mapToDouble(move -> Math.abs(move.by().change(mediator)))
                        .sum();
                assertTrue(inHour <= profile.perHour() + ROUNDING, () -> mediator + " moved " + inHour);
            }
            if (turn % 100 == 0) {
                NeuroState read = NeuroState.from(state.toJson());
                assertInRange(dynamics.decayed(read.levels(), now));
            }
        }
    }

    @Test
    void manyTinyTurns_withinAnHour_areStillLimitedByTheHour() {
        NeuroState state = new NeuroState(profile.base(START), List.of(), "", true);
        NeuroUpdate up = NeuroUpdate.of(Map.of(Mediator.CORTISOL, 0.001));
        NeuroUpdate down = NeuroUpdate.of(Map.of(Mediator.CORTISOL, -0.001));
        double sum = 0;
        for (int i = 0; i < 3_000; i++) {
            Instant now = START.plusSeconds(i);
            NeuroLevels before = dynamics.decayed(state.levels(), now);
            NeuroDynamics.Moved moved = dynamics.apply(before, i % 2 == 0 ? up : down, state.moved(now));
            sum += Math.abs(moved.applied().change(Mediator.CORTISOL));
            state = new NeuroState(moved.levels(), state.movesAnd(moved.applied(), now), "", false);
        }
        assertTrue(state.moves().size() <= 240, () -> "too many moves are kept");
        assertEquals(profile.perHour(), sum, 1e-6);
    }

    @ParameterizedTest
    @EnumSource(Mediator.class)
    void level_afterOneHalfLife_isHalfWayBack(Mediator mediator) {
        for (boolean high : List.of(true, false)) {
            NeuroLevels start = profile.levels(range -> high ? range.max() : range.min(), START);
            MediatorRange range = profile.range(mediator);
            double distance = start.level(mediator) - range.base();
            double half = dynamics.decayed(start, START.plus(range.halfLife())).level(mediator) - range.base();
            double seven = dynamics.decayed(start, START.plus(range.halfLife().multipliedBy(7)))
                            .level(mediator)
                    - range.base();
            assertEquals(distance / 2, half, 1e-9);
            assertTrue(Math.abs(seven) <= 0.01 * Math.abs(distance), () -> mediator + " is still " + seven + " away");
        }
    }

    @Test
    void decay_inOneStepOrInMany_isTheSame() {
        NeuroLevels start = anywhere(new SplittableRandom(5));
        NeuroLevels steps = start;
        for (int minute = 1; minute <= 300; minute++) {
            steps = dynamics.decayed(steps, START.plus(Duration.ofMinutes(minute)));
        }
        NeuroLevels once = dynamics.decayed(start, START.plus(Duration.ofMinutes(300)));
        for (Mediator mediator : Mediator.values()) {
            assertEquals(once.level(mediator), steps.level(mediator), 1e-9);
        }
    }

    @Test
    void decay_withAClockThatWentBack_changesNothing() {
        NeuroLevels start = anywhere(new SplittableRandom(6));
        NeuroLevels earlier = dynamics.decayed(start, START.minus(Duration.ofDays(1)));
        for (Mediator mediator : Mediator.values()) {
            assertEquals(start.level(mediator), earlier.level(mediator), 1e-12);
        }
    }

    /** Each trait rises with mediators of positive weight, falls with those of negative weight, and knows no others. */
    @ParameterizedTest
    @EnumSource(Trait.class)
    void preset_whenOneLevelRises_followsTheSignOfItsWeight(Trait trait) {
        SplittableRandom random = new SplittableRandom(trait.ordinal());
        for (int round = 0; round < 400; round++) {
            NeuroLevels low = anywhere(random);
            for (Mediator mediator : Mediator.values()) {
                MediatorRange range = profile.range(mediator);
                double level = low.level(mediator);
                double raised = level + (range.max() - level) * random.nextDouble();
                EnumMap<Mediator, Double> more = new EnumMap<>(Mediator.class);
                for (Mediator each : Mediator.values()) {
                    more.put(each, each == mediator ? raised : low.level(each));
                }
                double before = presets.preset(low).value(trait);
                double after = presets.preset(NeuroLevels.of(more, START)).value(trait);
                double weight = profile.bias(trait).weights().getOrDefault(mediator, 0.0);
                boolean right = weight > 0
                        ? after >= before - 1e-12
                        : weight < 0 ? after <= before + 1e-12 : Math.abs(after - before) < 1e-12;
                assertTrue(right, () -> mediator + " moved " + trait + " from " + before + " to " + after);
                BiasRule rule = profile.bias(trait);
                assertTrue(after >= rule.min() && after <= rule.max());
            }
        }
    }

    @Test
    void preset_ofLevelsAtTheirBase_isNeutralAndSaysNothing() {
        Preset preset = presets.preset(profile.base(START));
        for (Trait trait : Trait.values()) {
            assertEquals(profile.bias(trait).base(), preset.value(trait), 1e-12);
        }
        assertEquals(List.of(), preset.explained());
        assertEquals(List.of(), preset.words(Locale.ENGLISH));
        assertEquals(List.of(), preset.words(Locale.forLanguageTag("ru")));
    }

    @Test
    void preset_ofJoyAndCloseness_isPlayfulAndSaysWhyInBothLanguages() {
        EnumMap<Mediator, Double> levels = new EnumMap<>(Mediator.class);
        for (Mediator mediator : Mediator.values()) {
            boolean up = List.of(Mediator.ENDORPHIN, Mediator.DOPAMINE, Mediator.OXYTOCIN)
                    .contains(mediator);
            levels.put(
                    mediator,
                    up ? profile.range(mediator).max() : profile.range(mediator).base());
        }
        Preset preset = presets.preset(NeuroLevels.of(levels, START));
        assertTrue(preset.words(Locale.ENGLISH).contains("a little playful"), preset.words(Locale.ENGLISH)::toString);
        assertTrue(preset.words(Locale.forLanguageTag("ru")).contains("с лёгкой шуткой"));
        assertEquals(
                preset.words(Locale.ENGLISH).size(),
                preset.words(Locale.forLanguageTag("ru")).size());
        List<String> humour = new ArrayList<>(preset.explained());
        humour.removeIf(line -> !line.startsWith("humour"));
        assertEquals(List.of("humour 1.00: dopamine +0.30, endorphin +0.50"), humour);
    }
}
