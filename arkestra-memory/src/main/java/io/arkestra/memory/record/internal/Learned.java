package io.arkestra.memory.record.internal;

import io.arkestra.memory.MemoryDraft;
import java.util.List;
import java.util.Optional;

/**
 * What was learned from a message, and what was not and why.
 *
 * @param facts to be remembered, in the order in which they were said
 * @param refusals what looked like a fact and was refused
 * @param corrections which of the facts put an earlier one right
 */
public record Learned(List<MemoryDraft> facts, List<Refusal> refusals, List<Correction> corrections) {
    /**
     * A fact in place of a wrong one.
     *
     * @param now what is so; one of the facts
     * @param before what was learned and is not so
     */
    public record Correction(MemoryDraft now, MemoryDraft before) {}

    /**
     * Something that was not learned.
     *
     * @param source id of the message
     * @param reason for people; holds none of the user's words
     */
    public record Refusal(String source, String reason) {}

    public Learned {
        facts = List.copyOf(facts);
        refusals = List.copyOf(refusals);
        corrections = List.copyOf(corrections);
    }

    /** Nothing at all. */
    public static Learned nothing() {
        return new Learned(List.of(), List.of(), List.of());
    }

    /** What a fact was learned in place of. */
    public Optional<MemoryDraft> correctedBy(MemoryDraft fact) {
        return corrections.stream()
                .filter(correction -> correction.now() == fact)
                .map(Correction::before)
                .findFirst();
    }

    static Learned nothing(String source, String reason) {
        return new Learned(List.of(), List.of(new Refusal(source, reason)), List.of());
    }
}
