package io.arkestra.turn.internal;

import io.arkestra.common.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a model is shown of a call's result. Tools give what they found in words and again as data, so that whole files and passages would be in
 * a prompt twice. Where the data have word for word what the text has, their beginning stands for it, so that the shape of the data and what tells
 * their parts apart stay in view. Calls that take values from others get them from the whole result. Thread-safe.
 */
final class ToldResult {
    /** Shorter values are not worth it: they tell which part of the text an id belongs to. */
    private static final int LONG = 60;

    private static final int BEGINNING = 24;
    private static final String MARK = "[as in text]";

    private final Seams seams;

    ToldResult(Seams seams) {
        this.seams = seams;
    }

    /** @param message after the guard: the beginning of a secret is no secret that it would know */
    Json of(Json message) {
        Optional<String> text = message.string("text");
        Optional<Json> data = message.get("data");
        if (text.isEmpty()
                || data.isEmpty()
                || text.get().length() <= LONG
                || !data.get().isObject()) {
            return message;
        }
        Json shown = members(data.get(), text.get());
        return shown.equals(data.get()) ? message : message.with("data", shown);
    }

    private Json shown(Json value, String text) {
        return switch (value.kind()) {
            case STRING -> Json.of(shown(value.asString(), text));
            case ARRAY -> repeats(value, text) ? Json.of(MARK) : items(value, text);
            case OBJECT -> repeats(value, text) ? Json.of(MARK) : members(value, text);
            default -> value;
        };
    }

    private Json items(Json array, String text) {
        return Json.array(array.items().stream().map(item -> shown(item, text)).toList());
    }

    private Json members(Json object, String text) {
        Map<String, Json> members = new LinkedHashMap<>();
        object.members().forEach((key, value) -> members.put(key, shown(value, text)));
        return Json.object(members);
    }

    private static boolean repeats(Json value, String text) {
        String words = value.toString();
        return words.length() > LONG && text.contains(words);
    }

    private String shown(String value, String text) {
        if (value.length() <= LONG || !text.contains(value)) {
            return value;
        }
        return value.substring(0, seams.exactEnd(value, BEGINNING)) + "… " + MARK;
    }
}
