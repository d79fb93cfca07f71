package io.arkestra.examples.plugin;

import io.arkestra.spi.ProviderContext;
import io.arkestra.store.DocStore;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolProvider;
import java.util.List;

/**
 * Brings two tools: {@code unit.convert}, which has no effect, and {@code expense.add}, which is previewed and can be undone. The jar
 * names this class in {@code META-INF/services/io.arkestra.tool.ToolProvider}; a host that has the jar on its class path and asks for
 * {@code tools(t -> t.discover())} knows the tools, and runs them once its policy allows them.
 */
public final class CustomToolPlugin implements ToolProvider {
    @Override
    public String id() {
        return "example-units";
    }

    @Override
    public List<Tool> tools(ProviderContext context) {
        return List.of(new ConvertTool(), new ExpenseTool(context.require(DocStore.class)));
    }
}
