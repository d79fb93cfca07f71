package io.arkestra.tool;

import java.util.Optional;

/** Describes the tools that an engine has, by name. The engine offers it to the memory. Thread-safe. */
@FunctionalInterface
public interface ToolCatalogue {
    /** The tool of this name; empty when there is none any more. */
    Optional<ToolSpec> describe(String name);
}
