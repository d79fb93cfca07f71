package io.arkestra.turn.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.llm.LlmMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A call's result that is too long for a prompt: its beginning and its end, and between them a note that says how much is missing. The result
 * stays the answer to its call. Stateless; the log and other calls have the whole.
 */
final class ShortenedResult {
    /** Of what is kept, two thirds are the beginning. */
    private static final double BEGINNING = 2.0 / 3;

    private static final int TRIES = 4;
    private static final String TEXT = "text";
    private static final String DATA = "data";

    private ShortenedResult() {}

    /**
     * Messages in which results are no longer than this.
     *
     * @param whole texts of results by the ids of their calls, where they are known to have been longer
     * @param tokens that a result may take, by our estimate
     */
    static List<LlmMessage> within(List<LlmMessage> messages, Map<String, String> whole, long tokens) {
        List<LlmMessage> shortened = new ArrayList<>();
        for (LlmMessage message : messages) {
            String id = message.toolCallId().orElse("");
            shortened.add(
                    message.role() == LlmMessage.Role.TOOL && tokens(message) > tokens
                            ? of(LlmMessage.tool(id, whole.getOrDefault(id, message.text())), tokens)
                            : message);
        }
        return List.copyOf(shortened);
    }

    /**
     * One result.
     *
     * @param told the whole
     * @param tokens that it may take, by our estimate
     */
    static LlmMessage of(LlmMessage told, long tokens) {
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

    private static String shortened(String told, int characters) {
        Json result;
        try {
            result = Json.parse(told);
        } catch (InvalidInputException e) {
            return cut(told, characters);
        }
        if (!result.isObject()) {
            return cut(told, characters);
        }
        String text = result.string(TEXT).orElse("");
        String data = result.get(DATA).map(Json::toString).orElse("");
        int rest = result.without(TEXT).without(DATA).toString().length();
        if (rest >= characters) {
            return cut(told, characters);
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

    private static String cut(String text, int characters) {
        if (text.length() <= characters) {
            return text;
        }
        int kept = Math.max(0, characters - note(text.length(), text.length()).length());
        int head = (int) (kept * BEGINNING);
        int tail = text.length() - (kept - head);
        if (head > 0 && Character.isHighSurrogate(text.charAt(head - 1))) {
            head--;
        }
        if (tail < text.length() && Character.isLowSurrogate(text.charAt(tail))) {
            tail++;
        }
        return text.substring(0, head) + note(tail - head, text.length()) + text.substring(tail);
    }

    private static String note(int out, int all) {
        return "\n[… " + out + " of " + all + " characters are left out here, because there is no room for them …]\n";
    }
}
