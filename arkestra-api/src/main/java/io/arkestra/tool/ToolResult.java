package io.arkestra.tool;

import io.arkestra.common.Json;
import java.util.Objects;

/** What a tool gave back. Immutable. */
public final class ToolResult {
    private final String text;
    private final Json data;

    private ToolResult(String text, Json data) {
        this.text = Objects.requireNonNull(text, "text");
        this.data = Objects.requireNonNull(data, "data");
    }

    /** A result in words, which the model may pass on as they are. */
    public static ToolResult text(String text) {
        return new ToolResult(text, Json.emptyObject());
    }

    /** A result in words with the same as data. */
    public static ToolResult of(String text, Json data) {
        return new ToolResult(text, data);
    }

    public String text() {
        return text;
    }

    public Json data() {
        return data;
    }
}
