package io.arkestra;

import io.arkestra.tool.ToolSpec;
import io.arkestra.tool.internal.ToolRegistry;
import java.util.List;
import java.util.Optional;

/** The tools of an engine. */
final class EngineTools implements Tools {
    private final ToolRegistry registry;

    private final DeclaredTools declared;

    EngineTools(ToolRegistry registry, DeclaredTools declared) {
        this.registry = registry;
        this.declared = declared;
    }

    @Override
    public DeclaredTools declared() {
        return declared;
    }

    @Override
    public List<ToolSpec> all() {
        return registry.specs();
    }

    @Override
    public Optional<ToolSpec> find(String name) {
        return registry.find(name).map(ToolRegistry.Entry::spec);
    }
}
