package io.arkestra.memory.session.internal;

import io.arkestra.common.Json;

/**
 * A place in a message.
 *
 * @param message its id
 * @param start offset of the first character
 * @param end offset after the last one
 */
public record Excerpt(String message, int start, int end) {
    Json toJson() {
        return Json.object()
                .put("message", message)
                .put("start", start)
                .put("end", end)
                .build();
    }

    static Excerpt from(Json json) {
        return new Excerpt(
                json.text("message"),
                json.integer("start").orElse(0L).intValue(),
                json.integer("end").orElse(0L).intValue());
    }

    /** The words there; empty when the text is another one by now. */
    String in(String text) {
        return start >= 0 && start < end && end <= text.length() ? text.substring(start, end) : "";
    }
}
