package io.arkestra.tool;

import java.util.List;
import java.util.Optional;

/**
 * The tools that fit a message best, or that none does. Given by the engine.
 *
 * @param choices best first
 * @param fits whether one of them seems to do what is asked for; when not, an answer without a tool is likely the right one
 * @param confidence how sure that is, 0 to 1: the share of messages with such a best tool that one of the tools was meant for
 * @param notes what should be known about how they were found, for people, for example that no embedding model took part
 */
public record ToolSelection(List<ToolChoice> choices, boolean fits, double confidence, List<String> notes) {
    public ToolSelection {
        choices = List.copyOf(choices);
        notes = List.copyOf(notes);
    }

    /** The one that fits best; empty when none seems to. */
    public Optional<ToolChoice> best() {
        return fits ? choices.stream().findFirst() : Optional.empty();
    }
}
