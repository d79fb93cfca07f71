package io.arkestra.examples.plugin;

import io.arkestra.spi.ProviderContext;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolProvider;
import java.util.List;

/**
 * Brings one tool. The jar names this class in {@code META-INF/services/io.arkestra.tool.ToolProvider}; a host that has the jar on
 * its class path and asks for {@code tools(t -> t.discover())} knows the tool, and runs it once its policy allows
 * {@code unit.convert}.
 */
public final class CustomToolPlugin implements ToolProvider {
    @Override
    public String id() {
        return "example-units";
    }

    @Override
    public List<Tool> tools(ProviderContext context) {
        return List.of(new ConvertTool());
    }
}
