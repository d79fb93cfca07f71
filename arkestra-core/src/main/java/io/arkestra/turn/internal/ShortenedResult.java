package io.arkestra.turn.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.llm.LlmMessage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A call's result that is too long for a prompt: its beginning and its end, and between them a note that says how much is missing. The result
 * stays the answer to its call, and says as before whether that failed. Thread-safe; the log and other calls have the whole.
 */
final class ShortenedResult {
    /** Of what is kept, two thirds are the beginning. */
    private static final double BEGINNING = 2.0 / 3;

    private static final int TRIES = 4;
    private static final String TEXT = "text";
    private static final String DATA = "data";
    private static final String STATUS = "status";
    /** Shorter members are not worth the note. */
    private static final int SHORT = 200;

    private final Seams seams;

    ShortenedResult(Seams seams) {
        this.seams = seams;
    }

    /**
     * Messages in which results are no longer than this.
     *
     * @param whole texts of results by the ids of their calls, where they are known to have been longer; one of an id that more than one of the
     *     messages has is not taken
     * @param tokens that a result may take, by our estimate
     */
    List<LlmMessage> within(List<LlmMessage> messages, Map<String, String> whole, long tokens) {
        Set<String> twice = twice(messages);
        List<LlmMessage> shortened = new ArrayList<>();
        for (LlmMessage message : messages) {
            String id = message.toolCallId().orElse("");
            shortened.add(
                    message.role() == LlmMessage.Role.TOOL && tokens(message) > tokens
                            ? of(
                                    twice.contains(id)
                                            ? message
                                            : LlmMessage.tool(id, whole.getOrDefault(id, message.text())),
                                    tokens)
                            : message);
        }
        return List.copyOf(shortened);
    }

    private static Set<String> twice(List<LlmMessage> messages) {
        Set<String> seen = new HashSet<>();
        Set<String> twice = new HashSet<>();
        for (LlmMessage message : messages) {
            message.toolCallId().filter(id -> !seen.add(id)).ifPresent(twice::add);
        }
        return twice;
    }

    /**
     * One result.
     *
     * @param told the whole
     * @param tokens that it may take, by our estimate
     */
    LlmMessage of(LlmMessage told, long tokens) {
        LlmMessage shortened = told;
        long room = Math.max(1, tokens);
        // What escapes, and which letters, is not the same everywhere in a text, so the first measure may be a little
        // too long.
        for (int i = 0; i < TRIES && tokens(shortened) > tokens; i++) {
            int characters = (int) (told.text().length() * room / tokens(told));
            shortened = LlmMessage.tool(told.toolCallId().orElse(""), shortened(told.text(), characters));
            room = room * 3 / 4;
        }
        return shortened;
    }

    static long tokens(LlmMessage message) {
        return ConversationView.tokens(List.of(message));
    }

    private String shortened(String told, int characters) {
        Optional<Json> object = object(told);
        if (object.isEmpty()) {
            return cut(told, characters);
        }
        Json result = object.get();
        String text = result.string(TEXT).orElse("");
        String data = result.get(DATA).map(Json::toString).orElse("");
        int rest = result.without(TEXT).without(DATA).toString().length();
        if (rest >= characters) {
            return withShortMembers(result, characters).map(Json::toString).orElseGet(() -> cut(told, characters));
        }
        int left = characters - rest;
        if (text.isEmpty() || data.length() > left / 4) {
            // Data that are cut are none any more, but their words may still tell what was found.
            int share = text.isEmpty() ? left : left / 4;
            result = data.isEmpty() ? result : result.with(DATA, Json.of(cut(data, share)));
            left -= Math.min(share, data.length());
        } else {
            left -= data.length();
        }
        return (text.isEmpty() ? result : result.with(TEXT, Json.of(cut(text, left)))).toString();
    }

    private static Optional<Json> object(String told) {
        try {
            return Optional.of(Json.parse(told)).filter(Json::isObject);
        } catch (InvalidInputException e) {
            return Optional.empty();
        }
    }

    /** With the longest members in part, but for the status; empty when that is not enough. */
    private Optional<Json> withShortMembers(Json whole, int characters) {
        Json result = whole;
        Map<String, String> uncut = new HashMap<>();
        whole.members().forEach((name, value) -> uncut.put(name, words(value)));
        uncut.remove(STATUS);
        int over = result.toString().length() - characters;
        while (over > 0) {
            Optional<Map.Entry<String, String>> longest = uncut.entrySet().stream()
                    .filter(member -> member.getValue().length() > SHORT)
                    .max(Comparator.<Map.Entry<String, String>>comparingInt(
                                    member -> member.getValue().length())
                            .thenComparing(Map.Entry.comparingByKey()));
            if (longest.isEmpty()) {
                return Optional.empty();
            }
            String name = longest.get().getKey();
            String words = longest.get().getValue();
            uncut.remove(name);
            // What escapes takes more room than it has characters.
            long written = Json.of(words).toString().length();
            int kept = (int) (Math.max(0, written - over) * words.length() / written);
            result = result.with(name, Json.of(cut(words, kept)));
            over = result.toString().length() - characters;
        }
        return Optional.of(result);
    }

    private static String words(Json value) {
        return value.isString() ? value.asString() : value.toString();
    }

    private String cut(String text, int characters) {
        if (text.length() <= characters) {
            return text;
        }
        int kept = Math.max(0, characters - note(text.length(), text.length()).length());
        int head = (int) (kept * BEGINNING);
        int tail = seams.start(text, text.length() - (kept - head));
        head = seams.end(text, head);
        return text.substring(0, head) + note(tail - head, text.length()) + text.substring(tail);
    }

    private static String note(int out, int all) {
        return "\n[… " + out + " of " + all + " characters are left out here, because there is no room for them …]\n";
    }
}
