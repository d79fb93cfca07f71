package io.arkestra.tool;

import io.arkestra.common.Json;

/**
 * A call whose arguments are valid against the tool's schema. Use the factory: components that later releases add get their
 * default there.
 *
 * @param id unique; the same when the call is tried again
 * @param tool name of the tool
 * @param arguments a JSON object
 */
public record ToolCall(String id, String tool, Json arguments) {
    public static ToolCall of(String id, String tool, Json arguments) {
        return new ToolCall(id, tool, arguments);
    }
}
