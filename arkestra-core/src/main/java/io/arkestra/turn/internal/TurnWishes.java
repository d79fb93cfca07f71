package io.arkestra.turn.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.WellFormed;
import io.arkestra.people.internal.EnvStore;
import io.arkestra.persona.internal.Autonomy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a host says about one turn only. All of it is data for prompts.
 *
 * @param adapt for whom or how to put the answer; empty for nothing
 * @param facts of the surroundings, by name
 * @param participants who takes part besides the user
 * @param escalation why the host wants a better model
 * @param iterations answers that the turn may give at most; 0 for as many as the persona says, nothing for what the persona does
 * @param dryRun whether nothing may be changed
 */
public record TurnWishes(
        String adapt,
        Map<String, String> facts,
        List<String> participants,
        Optional<String> escalation,
        Optional<Integer> iterations,
        boolean dryRun) {
    /** Nothing. */
    public static final TurnWishes NONE =
            new TurnWishes("", Map.of(), List.of(), Optional.empty(), Optional.empty(), false);

    private static final int LONGEST_ADAPT = 300;
    private static final int LONGEST_NAME = 100;
    private static final int MOST_PARTICIPANTS = 20;

    public TurnWishes {
        facts = Map.copyOf(facts);
        participants = List.copyOf(participants);
    }

    /** @throws InvalidInputException when it is longer than 300 characters or blank */
    public TurnWishes adaptedFor(String whom) {
        return new TurnWishes(
                clean("adaptation", whom, LONGEST_ADAPT), facts, participants, escalation, iterations, dryRun);
    }

    /** @throws InvalidInputException when name or value do not fit */
    public TurnWishes withFact(String name, String value) {
        return new TurnWishes(adapt, EnvStore.with(facts, name, value), participants, escalation, iterations, dryRun);
    }

    /** @throws InvalidInputException when there are more than 20, or one has no name or one of more than 100 characters */
    public TurnWishes withParticipants(List<String> names) {
        if (names.size() > MOST_PARTICIPANTS) {
            throw new InvalidInputException(
                    "There are " + names.size() + " participants; expected at most " + MOST_PARTICIPANTS);
        }
        List<String> clean = new ArrayList<>();
        names.forEach(name -> clean.add(clean("participant's name", name, LONGEST_NAME)));
        return new TurnWishes(adapt, facts, clean, escalation, iterations, dryRun);
    }

    /** @throws InvalidInputException when the reason is blank */
    public TurnWishes escalatedFor(String reason) {
        if (reason.isBlank()) {
            throw new InvalidInputException("A better model is asked for with a reason; it is blank");
        }
        return new TurnWishes(adapt, facts, participants, Optional.of(reason), iterations, dryRun);
    }

    /** @throws InvalidInputException when it is not 0, for as many as the persona says, or 1 to 16 */
    public TurnWishes goingOn(int most) {
        if (most < 0 || most > Autonomy.MOST_ITERATIONS) {
            throw new InvalidInputException(
                    "A turn may give " + most + " answers; expected 1 to " + Autonomy.MOST_ITERATIONS);
        }
        return new TurnWishes(adapt, facts, participants, escalation, Optional.of(most), dryRun);
    }

    /** A rehearsal: nothing is changed. */
    public TurnWishes rehearsing() {
        return new TurnWishes(adapt, facts, participants, escalation, iterations, true);
    }

    /** How many answers the turn may give, where the persona says this. */
    int iterations(Autonomy autonomy) {
        int silent = autonomy.enabled() ? autonomy.maxIterations() : 1;
        return iterations
                .map(most -> most == 0 ? autonomy.maxIterations() : most)
                .orElse(silent);
    }

    private static String clean(String what, String text, int longest) {
        String clean = WellFormed.text(text).strip().replaceAll("[\\s\\p{Cntrl}]+", " ");
        if (clean.isEmpty() || clean.length() > longest) {
            throw new InvalidInputException(
                    "The " + what + " has " + clean.length() + " characters; expected 1 to " + longest);
        }
        return clean;
    }
}
