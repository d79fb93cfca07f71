package io.arkestra.memory.record.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.memory.Message;
import io.arkestra.memory.MessageDraft;
import io.arkestra.memory.Origin;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Takes conversations that took place elsewhere into the log. */
final class MessageLog {
    private static final int BATCH = 200;
    private static final String NAME = Message.COLLECTION.name();

    private final DocStore store;

    MessageLog(DocStore store) {
        this.store = store;
    }

    private record Entry(String id, MessageDraft draft, int index) {}

    /** @param room runs before each batch, outside of any transaction, and may wait */
    List<Message> record(UserId user, List<MessageDraft> drafts, Runnable room) {
        List<Entry> entries = entries(drafts);
        Owner owner = Owner.of(user);
        List<Message> kept = new ArrayList<>();
        for (int start = 0; start < entries.size(); start += BATCH) {
            List<Entry> batch = entries.subList(start, Math.min(entries.size(), start + BATCH));
            room.run();
            kept.addAll(Attempts.inTransaction(store, transaction -> append(transaction, owner, user, batch)));
        }
        return List.copyOf(kept);
    }

    /** Ids and order are checked before anything is written. */
    private static List<Entry> entries(List<MessageDraft> drafts) {
        List<Entry> entries = new ArrayList<>();
        Map<String, Instant> last = new HashMap<>();
        Map<String, Integer> equal = new HashMap<>();
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < drafts.size(); i++) {
            MessageDraft draft = drafts.get(i);
            Instant before = last.put(draft.session().value(), draft.at());
            if (before != null && draft.at().isBefore(before)) {
                throw new InvalidInputException("Message " + i + " of session '" + draft.session() + "' is of "
                        + draft.at() + ", but the one before it of " + before
                        + "; messages of a session come in the order in which they were written");
            }
            String id = draft.id().orElseGet(() -> derived(draft, equal));
            if (!ids.add(id)) {
                throw new InvalidInputException(
                        "Message " + i + " has the id '" + id + "', which an earlier one of the same call has");
            }
            entries.add(new Entry(id, draft, i));
        }
        return entries;
    }

    /** The same message has the same id whenever it is taken in; said twice in one moment it is two. */
    private static String derived(MessageDraft draft, Map<String, Integer> equal) {
        String content = draft.session().value() + "\n" + draft.origin() + "\n" + draft.speaker() + "\n" + draft.at()
                + "\n" + draft.text();
        int time = equal.merge(content, 1, Integer::sum);
        return String.format("%012x", Math.max(0, draft.at().toEpochMilli()))
                + HexFormat.of().formatHex(NormalText.sha256(content + "\n" + time), 0, 10);
    }

    private static List<Message> append(DocTransaction transaction, Owner owner, UserId user, List<Entry> batch) {
        Map<String, Optional<Message>> last = new HashMap<>();
        List<Message> kept = new ArrayList<>();
        for (Entry entry : batch) {
            MessageDraft draft = entry.draft();
            Optional<Doc> known = transaction.get(NAME, owner, entry.id());
            if (known.isPresent()) {
                kept.add(same(known.get(), entry));
                continue;
            }
            String session = draft.session().value();
            Optional<Message> before = last.computeIfAbsent(session, name -> last(transaction, owner, name));
            if (before.isPresent() && draft.at().isBefore(before.get().at())) {
                throw new InvalidInputException("Message " + entry.index() + " of session '" + session + "' is of "
                        + draft.at() + ", but the log of this session already reaches "
                        + before.get().at()
                        + "; take it into a session of its own");
            }
            Message message = Message.of(
                    entry.id(),
                    user,
                    draft.session(),
                    turn(draft, entry.id(), before),
                    before.map(Message::ordinal).orElse(-1L) + 1,
                    draft.origin(),
                    draft.speaker(),
                    draft.text(),
                    draft.at());
            Doc doc = transaction.put(
                    NAME, DocWrite.of(owner, entry.id(), message.toJson()).expectVersion(DocWrite.ABSENT));
            last.put(session, Optional.of(message));
            kept.add(Message.from(doc));
        }
        return kept;
    }

    private static Message same(Doc known, Entry entry) {
        Message message = Message.from(known);
        MessageDraft draft = entry.draft();
        if (!message.session().equals(draft.session())
                || message.origin() != draft.origin()
                || !message.text().equals(draft.text())) {
            throw new InvalidInputException("Message " + entry.index() + " has the id '" + entry.id()
                    + "', which another message in the log has; give it an id of its own");
        }
        return message;
    }

    /** What the user says begins an exchange; the rest belongs to it. */
    private static TurnId turn(MessageDraft draft, String id, Optional<Message> before) {
        return before.isPresent() && draft.origin() != Origin.USER
                ? before.get().turn()
                : TurnId.of(HexFormat.of().formatHex(NormalText.sha256("turn\n" + id), 0, 12));
    }

    private static Optional<Message> last(DocTransaction transaction, Owner owner, String session) {
        DocQuery query = DocQuery.where(Filter.eq("session", session))
                .descending("ordinal")
                .limit(1);
        return transaction.find(NAME, owner, query).docs().stream().findFirst().map(Message::from);
    }
}
