package io.arkestra.offline.internal;

import io.arkestra.neuro.Mediator;
import io.arkestra.neuro.NeuroUpdate;
import io.arkestra.persona.internal.Intent;
import io.arkestra.text.internal.Tone;
import java.util.EnumMap;
import java.util.Map;

/** What a message does to the mood by rules: praise, blame, courtesies, questions and shouting. */
final class MoodCues {
    private static final int SHORTEST_SHOUT = 8;

    private MoodCues() {}

    static NeuroUpdate of(String text, Intent intent) {
        EnumMap<Mediator, Double> changes = new EnumMap<>(Mediator.class);
        switch (Tone.of(text)) {
            case GOOD -> {
                add(changes, Mediator.SEROTONIN, 0.05);
                add(changes, Mediator.ENDORPHIN, 0.08);
                add(changes, Mediator.OXYTOCIN, 0.06);
                add(changes, Mediator.CORTISOL, -0.08);
            }
            case BAD -> {
                add(changes, Mediator.CORTISOL, 0.12);
                add(changes, Mediator.ENDORPHIN, -0.08);
                add(changes, Mediator.GABA, -0.04);
            }
            case NEITHER -> {
                // Nothing to feel.
            }
        }
        switch (intent) {
            case THANKS -> {
                add(changes, Mediator.OXYTOCIN, 0.06);
                add(changes, Mediator.DOPAMINE, 0.05);
            }
            case GREETING, HOW_ARE_YOU -> add(changes, Mediator.OXYTOCIN, 0.05);
            case QUESTION, HISTORY -> {
                add(changes, Mediator.ACETYLCHOLINE, 0.04);
                add(changes, Mediator.DOPAMINE, 0.03);
            }
            default -> {
                // Work is done in any mood.
            }
        }
        if (isShouted(text)) {
            add(changes, Mediator.NOREPINEPHRINE, 0.1);
        }
        return NeuroUpdate.of(changes);
    }

    private static void add(Map<Mediator, Double> changes, Mediator mediator, double by) {
        changes.merge(mediator, by, Double::sum);
    }

    private static boolean isShouted(String text) {
        long letters = text.codePoints().filter(Character::isLetter).count();
        long capitals = text.codePoints().filter(Character::isUpperCase).count();
        return text.contains("!!") || letters >= SHORTEST_SHOUT && capitals * 10 > letters * 7;
    }
}
