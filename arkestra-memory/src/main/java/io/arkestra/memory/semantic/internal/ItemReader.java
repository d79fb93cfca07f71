package io.arkestra.memory.semantic.internal;

import io.arkestra.common.Json;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.recall.internal.SessionStretch;
import io.arkestra.memory.record.internal.Chunk;
import io.arkestra.memory.record.internal.MemoryCollection;
import io.arkestra.memory.record.internal.Messages;
import io.arkestra.memory.semantic.internal.Item.Content;
import io.arkestra.store.Change;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Reads the items that changes of the store may alter. The result depends on what the store holds now and not on the way there: a
 * message is embedded together with the one before it, so a change also brings in its neighbours.
 */
final class ItemReader {
    /** Ordinals further apart than this are loaded separately. */
    private static final long GAP = 16;

    private final DocStore store;
    private final Consumer<String> warnings;

    ItemReader(DocStore store, Consumer<String> warnings) {
        this.store = store;
        this.warnings = warnings;
    }

    /** The items that these changes of one feed may alter. */
    List<Item> read(Feed feed, List<Change> changes) {
        Map<Owner, Set<String>> gone = new LinkedHashMap<>();
        for (Change change : changes) {
            gone.computeIfAbsent(change.owner(), owner -> new LinkedHashSet<>()).add(change.id());
        }
        List<Doc> docs = store.fetch(feed.collection(), changes);
        docs.forEach(doc -> gone.getOrDefault(doc.owner(), Set.of()).remove(doc.id()));
        if (feed == Feed.MESSAGES) {
            return store.inTransaction(transaction -> messages(transaction, docs, gone));
        }
        List<Item> items = new ArrayList<>();
        for (Doc doc : docs) {
            item(feed, doc).ifPresentOrElse(items::add, () -> items.add(Item.gone(doc.owner(), feed.key(doc.id()))));
        }
        gone.forEach((owner, ids) -> ids.forEach(id -> items.add(Item.gone(owner, feed.key(id)))));
        return items;
    }

    private Optional<Item> item(Feed feed, Doc doc) {
        String key = feed.key(doc.id());
        List<Content> contents = feed == Feed.CHUNKS
                ? Chunk.readable(doc, warnings).stream()
                        .map(chunk -> new Content("", chunk.lead(), chunk.text()))
                        .toList()
                : MemoryCollection.readable(doc, warnings).stream()
                        .map(ItemReader::content)
                        .toList();
        return contents.stream().findFirst().map(content -> Item.of(doc.owner(), key, content, Json.emptyObject()));
    }

    private static Content content(MemoryRecord memory) {
        String lead = memory.statement()
                .map(statement -> (statement.subject() + " " + statement.attribute()).replace('.', ' ') + ": "
                        + statement.value() + "\n")
                .orElse("");
        return new Content("", lead, memory.text());
    }

    private record Session(Owner owner, String id) {}

    private List<Item> messages(DocTransaction transaction, List<Doc> docs, Map<Owner, Set<String>> gone) {
        Map<Session, SortedSet<Long>> touched = new LinkedHashMap<>();
        Map<Session, SortedSet<Long>> left = new LinkedHashMap<>();
        Map<String, Item> items = new LinkedHashMap<>();
        for (Doc doc : docs) {
            List<Message> messages = Messages.readable(doc, warnings);
            messages.forEach(message -> touch(touched, doc.owner(), message));
            if (messages.isEmpty()) {
                add(items, Item.gone(doc.owner(), Feed.MESSAGES.key(doc.id())));
            }
        }
        gone.forEach((owner, ids) -> {
            for (String id : ids) {
                add(items, Item.gone(owner, Feed.MESSAGES.key(id)));
                places(transaction, owner, id, left);
                followers(transaction, owner, id, touched);
            }
        });
        touched.forEach((session, ordinals) -> {
            for (SortedSet<Long> stretch : stretches(ordinals)) {
                SessionStretch loaded = load(transaction, session, stretch);
                loaded.affectedBy(stretch).forEach(message -> add(items, item(session.owner(), loaded, message)));
            }
        });
        left.forEach((session, ordinals) -> {
            for (SortedSet<Long> stretch : stretches(ordinals)) {
                SessionStretch loaded = load(transaction, session, stretch);
                loaded.all().forEach(message -> add(items, item(session.owner(), loaded, message)));
            }
        });
        return List.copyOf(items.values());
    }

    private static void add(Map<String, Item> items, Item item) {
        items.put(item.owner().key() + '\0' + item.key(), item);
    }

    private static void touch(Map<Session, SortedSet<Long>> touched, Owner owner, Message message) {
        touched.computeIfAbsent(new Session(owner, message.session().value()), session -> new TreeSet<>())
                .add(message.ordinal());
    }

    /** Where a message that is gone stood, as far as that was kept. */
    private static void places(DocTransaction transaction, Owner owner, String id, Map<Session, SortedSet<Long>> left) {
        for (Doc row : rows(transaction, owner, "item", Feed.MESSAGES.key(id))) {
            row.body()
                    .string("session")
                    .ifPresent(session -> left.computeIfAbsent(new Session(owner, session), key -> new TreeSet<>())
                            .add(row.body().integer("ordinal").orElse(0L)));
        }
    }

    /** Messages that were embedded together with one that is gone. */
    private void followers(DocTransaction transaction, Owner owner, String id, Map<Session, SortedSet<Long>> touched) {
        for (Doc row : rows(transaction, owner, "previous", id)) {
            transaction
                    .get(Feed.MESSAGES.collection(), owner, Feed.id(EmbeddingRows.item(row)))
                    .ifPresent(
                            doc -> Messages.readable(doc, warnings).forEach(message -> touch(touched, owner, message)));
        }
    }

    static List<Doc> rows(DocTransaction transaction, Owner owner, String field, String value) {
        return transaction
                .find(
                        EmbeddingRows.NAME,
                        owner,
                        DocQuery.where(Filter.eq(field, value)).limit(DocQuery.MAX_LIMIT))
                .docs();
    }

    private SessionStretch load(DocTransaction transaction, Session session, SortedSet<Long> ordinals) {
        return SessionStretch.load(
                transaction, session.owner(), session.id(), ordinals.first(), ordinals.last(), warnings);
    }

    private static Item item(Owner owner, SessionStretch stretch, Message message) {
        String key = Feed.MESSAGES.key(message.id());
        Json place = Json.object()
                .put("session", message.session().value())
                .put("ordinal", message.ordinal())
                .build();
        if (!stretch.isWorthy(message)) {
            return SessionStretch.isDerived(message) ? Item.mark(owner, key, place) : Item.gone(owner, key);
        }
        Optional<Message> previous = stretch.previous(message);
        Content content = new Content(
                previous.map(before -> lead(before) + before.text()).orElse(""), lead(message), message.text());
        return Item.of(
                owner,
                key,
                content,
                previous.map(before -> place.with("previous", Json.of(before.id())))
                        .orElse(place));
    }

    private static String lead(Message message) {
        return message.speaker() + ": ";
    }

    private static Collection<SortedSet<Long>> stretches(SortedSet<Long> ordinals) {
        List<SortedSet<Long>> stretches = new ArrayList<>();
        long previous = 0;
        for (long ordinal : ordinals) {
            if (stretches.isEmpty() || ordinal - previous > GAP) {
                stretches.add(new TreeSet<>());
            }
            stretches.get(stretches.size() - 1).add(ordinal);
            previous = ordinal;
        }
        return stretches;
    }
}
