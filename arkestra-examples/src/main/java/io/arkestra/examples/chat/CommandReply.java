package io.arkestra.examples.chat;

import io.arkestra.common.Json;

/**
 * What a command gave.
 *
 * @param command its name with the slash
 * @param text for people
 * @param fields the same as data; has {@code error} when the command failed
 */
record CommandReply(String command, String text, Json fields) {
    static CommandReply done(String command, String text) {
        return new CommandReply(command, text, Json.emptyObject());
    }

    static CommandReply failed(String command, String code, String message) {
        Json error = Json.object().put("code", code).put("message", message).build();
        return new CommandReply(
                command, message, Json.object().put("error", error).build());
    }
}
