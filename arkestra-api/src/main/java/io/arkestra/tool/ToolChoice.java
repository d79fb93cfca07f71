package io.arkestra.tool;

import java.util.List;
import java.util.Objects;

/**
 * A tool that may do what a message asks for. Given by the engine.
 *
 * @param name of the tool
 * @param score how well it fits, 0 to 1; comparable only within one selection
 * @param reasons why, for people; at least one
 */
public record ToolChoice(String name, double score, List<String> reasons) {
    public ToolChoice {
        Objects.requireNonNull(name, "name");
        reasons = List.copyOf(reasons);
    }
}
