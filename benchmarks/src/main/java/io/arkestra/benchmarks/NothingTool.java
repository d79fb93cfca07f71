package io.arkestra.benchmarks;

import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;

/** A tool of Arkestra that does nothing. */
final class NothingTool implements Tool {
    static final String NAME = "bench.nothing";
    static final String DESCRIPTION = "Does nothing and says so";
    static final String RESULT = "done";

    private static final ToolSpec SPEC =
            ToolSpec.builder(NAME).description(DESCRIPTION).build();

    @Override
    public ToolSpec spec() {
        return SPEC;
    }

    @Override
    public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
        return ToolResult.text(RESULT);
    }
}
