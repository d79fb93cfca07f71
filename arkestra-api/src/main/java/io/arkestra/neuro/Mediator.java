package io.arkestra.neuro;

import java.util.Locale;
import java.util.Optional;

/**
 * What the mood is made of. The names are borrowed from the brain as handles for a person who tunes them; what each of them does is what
 * the map of biases says, and nothing else.
 */
public enum Mediator {
    DOPAMINE,
    SEROTONIN,
    NOREPINEPHRINE,
    ACETYLCHOLINE,
    GABA,
    GLUTAMATE,
    OXYTOCIN,
    ENDORPHIN,
    CORTISOL,
    HISTAMINE;

    /** The name in files and reports: lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The mediator of this name. */
    public static Optional<Mediator> of(String word) {
        for (Mediator mediator : values()) {
            if (mediator.word().equals(word)) {
                return Optional.of(mediator);
            }
        }
        return Optional.empty();
    }
}
