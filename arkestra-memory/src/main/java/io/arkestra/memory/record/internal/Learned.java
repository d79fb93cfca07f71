package io.arkestra.memory.record.internal;

import io.arkestra.memory.MemoryDraft;
import java.util.List;

/**
 * What was learned from a message, and what was not and why.
 *
 * @param facts to be remembered, in the order in which they were said
 * @param refusals what looked like a fact and was refused
 */
public record Learned(List<MemoryDraft> facts, List<Refusal> refusals) {
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
    }

    static Learned nothing(String source, String reason) {
        return new Learned(List.of(), List.of(new Refusal(source, reason)));
    }
}
