package io.arkestra;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Scope;
import io.arkestra.tool.ToolSelection;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tool.UsageGuide;
import io.arkestra.tool.internal.ToolRegistry;
import io.arkestra.tool.internal.UndoDesk;
import io.arkestra.tool.select.internal.ToolSelector;
import io.arkestra.tool.select.internal.UsageGuides;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The tools of an engine. */
final class EngineTools implements Tools {
    private final ToolRegistry registry;
    private final ToolSelector selector;
    private final UsageGuides guides;

    private final UndoDesk calls;
    private final DeclaredTools declared;

    EngineTools(
            ToolRegistry registry, ToolSelector selector, UsageGuides guides, UndoDesk calls, DeclaredTools declared) {
        this.registry = registry;
        this.selector = selector;
        this.guides = guides;
        this.calls = calls;
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

    @Override
    public int vouch(Scope scope, Path file) {
        return calls.vouch(scope, file);
    }

    @Override
    public Optional<UsageGuide> guide(String name) {
        return guides.guide(Objects.requireNonNull(name, "name"));
    }

    @Override
    public ToolSelection select(Scope scope, String query, int most) {
        return selector.select(Objects.requireNonNull(scope, "scope"), query, most, Cancellation.none());
    }
}
