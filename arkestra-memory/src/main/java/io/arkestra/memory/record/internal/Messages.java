package io.arkestra.memory.record.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.memory.Message;
import io.arkestra.store.Doc;
import java.util.List;
import java.util.function.Consumer;

/** Reads the log. */
public final class Messages {
    private Messages() {}

    /** The message in a document; none, with a word to the host, when somebody wrote something else there. */
    public static List<Message> readable(Doc doc, Consumer<String> broken) {
        try {
            return List.of(Message.from(doc));
        } catch (InvalidInputException | IllegalArgumentException e) {
            broken.accept("Message " + doc.id() + " cannot be read and is left out of recall: " + e.getMessage());
            return List.of();
        }
    }
}
