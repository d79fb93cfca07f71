package io.arkestra;

import io.arkestra.common.Scope;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tool.internal.ToolRegistry;
import io.arkestra.tool.internal.UndoDesk;
import java.util.List;
import java.util.Optional;

/** The tools of an engine. */
final class EngineTools implements Tools {
    private final ToolRegistry registry;

    private final UndoDesk calls;

    EngineTools(ToolRegistry registry, UndoDesk calls) {
        this.registry = registry;
        this.calls = calls;
    }

    @Override
    public List<ToolSpec> all() {
        return registry.specs();
    }

    @Override
    public Optional<ToolSpec> find(String name) {
        return registry.find(name).map(ToolRegistry.Entry::spec);
    }

    @Override
    public List<CallRecord> calls(Scope scope, int limit) {
        return calls.calls(scope.user(), limit).stream().map(CallViews::record).toList();
    }

    @Override
    public List<CallRecord> unfinished(Scope scope) {
        return calls.unfinished(scope.user()).stream().map(CallViews::record).toList();
    }

    @Override
    public UndoReport undo(Scope scope, String callId) {
        return calls.undo(scope, callId);
    }
}
