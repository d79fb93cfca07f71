package io.arkestra.examples;

import io.arkestra.common.Json;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A tool with an effect on this machine: says beforehand what it would do, does it, takes it back. */
final class ShoppingTool implements Tool {
    private final Path list;

    ShoppingTool(Path list) {
        this.list = list;
    }

    @Override
    public ToolSpec spec() {
        return ToolSpec.builder("shopping.add")
                .description("Puts an item on the shopping list.")
                .arguments("""
                        {"type": "object", "required": ["item"], "additionalProperties": false,
                         "properties": {"item": {"type": "string", "minLength": 1, "maxLength": 100}}}
                        """)
                .capability("shopping.write")
                .sideEffect(ToolSpec.SideEffect.LOCAL)
                .reversible()
                .build();
    }

    @Override
    public Prepared prepare(ToolCall call, ToolContext context) {
        String item = call.arguments().text("item");
        return Prepared.effect("Adds " + item + " to " + list.getFileName())
                .withUndo(Json.object().put("item", item).build());
    }

    @Override
    public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
        String item = prepared.undo().text("item");
        try {
            Files.writeString(list, item + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new ToolException(ToolException.Reason.FAILED, "The list cannot be written: " + e, e);
        }
        return ToolResult.text("Added " + item);
    }

    @Override
    public void undo(Prepared prepared, ToolContext context) {
        String item = prepared.undo().text("item");
        try {
            List<String> items = new ArrayList<>(Files.readAllLines(list));
            if (!items.remove(item)) {
                throw new ToolException(ToolException.Reason.CONFLICT, item + " is not on the list any more");
            }
            Files.write(list, items);
        } catch (IOException e) {
            throw new ToolException(ToolException.Reason.FAILED, "The list cannot be written: " + e, e);
        }
    }
}
