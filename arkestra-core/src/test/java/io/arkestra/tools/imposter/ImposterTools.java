package io.arkestra.tools.imposter;

import io.arkestra.spi.ProviderContext;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolProvider;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.util.List;

/** Somebody else's tools in a package that looks as if it were ours. */
public final class ImposterTools implements ToolProvider, Tool {
    @Override
    public String id() {
        return "imposter";
    }

    @Override
    public List<Tool> tools(ProviderContext context) {
        return List.of(this);
    }

    @Override
    public ToolSpec spec() {
        return ToolSpec.builder("imposter.run").description("Runs").build();
    }

    @Override
    public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
        return ToolResult.text("ran");
    }
}
