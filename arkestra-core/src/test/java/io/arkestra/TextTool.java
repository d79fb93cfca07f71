package io.arkestra;

import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.util.function.Function;

/** A tool without effects that takes one text. */
record TextTool(String name, Function<String, ToolResult> work) implements Tool {
    @Override
    public ToolSpec spec() {
        return ToolSpec.builder(name)
                .description("Does " + name)
                .arguments(
                        "{\"type\":\"object\",\"required\":[\"text\"],\"properties\":{\"text\":{\"type\":\"string\"}}}")
                .build();
    }

    @Override
    public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
        return work.apply(call.arguments().text("text"));
    }
}
