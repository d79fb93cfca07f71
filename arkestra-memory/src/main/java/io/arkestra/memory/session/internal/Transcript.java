package io.arkestra.memory.session.internal;

import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.record.internal.Messages;
import io.arkestra.store.Doc;
import io.arkestra.store.DocPage;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/** Reads what was said in a conversation. */
public final class Transcript {
    private static final int PAGE = 500;

    private Transcript() {}

    /** The newest messages of a conversation, oldest first, at most {@code limit}. */
    public static List<Message> newest(
            DocTransaction transaction, Owner owner, String session, int limit, Consumer<String> broken) {
        DocQuery query = DocQuery.where(Filter.eq("session", session)).descending("ordinal");
        List<Message> messages = read(transaction, owner, query, limit, broken);
        Collections.reverse(messages);
        return messages;
    }

    /** The messages of a conversation after a place, oldest first, at most {@code limit}. */
    public static List<Message> after(
            DocTransaction transaction, Owner owner, String session, long ordinal, int limit, Consumer<String> broken) {
        DocQuery query = DocQuery.where(Filter.and(Filter.eq("session", session), Filter.gt("ordinal", ordinal)))
                .ascending("ordinal");
        return read(transaction, owner, query, limit, broken);
    }

    private static List<Message> read(
            DocTransaction transaction, Owner owner, DocQuery which, int limit, Consumer<String> broken) {
        List<Message> messages = new ArrayList<>();
        DocQuery query = which.limit(Math.min(PAGE, limit));
        while (true) {
            DocPage page = transaction.find(Message.COLLECTION.name(), owner, query);
            for (Doc doc : page.docs()) {
                if (messages.size() < limit) {
                    Messages.readable(doc, broken).forEach(messages::add);
                }
            }
            if (page.next().isEmpty() || messages.size() >= limit) {
                return messages;
            }
            query = query.after(page.next().get());
        }
    }

    /** Whether the words are the user's own: the only ones that teach. */
    public static boolean isOwn(Message message) {
        return message.origin() == Origin.USER;
    }

    /** Whether an assistant's answer only repeats what memory gave. */
    public static boolean isDerived(Message message) {
        return message.detail().isObject()
                && message.detail()
                        .get("derived")
                        .filter(value -> value.isBoolean() && value.asBoolean())
                        .isPresent();
    }
}
