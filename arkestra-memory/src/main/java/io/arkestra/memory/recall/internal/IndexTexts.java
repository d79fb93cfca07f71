package io.arkestra.memory.recall.internal;

import io.arkestra.keyword.KeywordDoc;
import io.arkestra.keyword.KeywordField;
import io.arkestra.keyword.KeywordIndexSpec;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.record.internal.AttributeWords;
import io.arkestra.memory.record.internal.NormalText;
import io.arkestra.store.Owner;
import java.nio.ByteBuffer;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How messages and memories are laid out in the keyword index. */
final class IndexTexts {
    /** What was said, by whom. Short texts: frequency and length say little. */
    static final String SHARP = "sharp";
    /** The same with its neighbours and its date: an answer rarely repeats the words of its question. */
    static final String WINDOW = "window";
    /** Which messages went into the window, so that it can be found and rewritten when one of them is deleted. */
    static final String NEAR = "near";

    static final KeywordIndexSpec SPEC = KeywordIndexSpec.of(
            "recall",
            List.of(
                    KeywordField.of(SHARP, 0.6f, 0.3f),
                    KeywordField.of(WINDOW, 1.2f, 0.75f),
                    KeywordField.of(NEAR, 1.2f, 0.75f)));

    private static final String MESSAGE = "m:";
    private static final String MEMORY = "k:";

    private IndexTexts() {}

    static String messageKey(String id) {
        return MESSAGE + id;
    }

    static String memoryKey(String id) {
        return MEMORY + id;
    }

    static boolean isMessage(String key) {
        return key.startsWith(MESSAGE);
    }

    static String id(String key) {
        return key.substring(MESSAGE.length());
    }

    static KeywordDoc message(Owner owner, Message message, List<Message> window, ZoneId zone) {
        String spoken = window.stream().map(IndexTexts::line).collect(Collectors.joining("\n"));
        return KeywordDoc.of(
                owner,
                messageKey(message.id()),
                message.at(),
                Map.of(
                        SHARP,
                        line(message),
                        WINDOW,
                        CalendarWords.of(message.at(), zone) + "\n" + spoken,
                        NEAR,
                        window.stream().map(near -> nearToken(near.id())).collect(Collectors.joining(" "))));
    }

    static KeywordDoc memory(Owner owner, MemoryRecord memory, ZoneId zone) {
        String text = CalendarWords.of(memory.at(), zone) + "\n" + memory.text();
        return KeywordDoc.of(
                owner,
                memoryKey(memory.id()),
                memory.at(),
                Map.of(SHARP, text, WINDOW, text + "\n" + AttributeWords.of(memory)));
    }

    /** A message id as one word for the index: ids may hold characters that end a word. */
    static String nearToken(String id) {
        return Long.toUnsignedString(ByteBuffer.wrap(NormalText.sha256(id)).getLong());
    }

    private static String line(Message message) {
        return message.speaker() + ": " + message.text();
    }
}
