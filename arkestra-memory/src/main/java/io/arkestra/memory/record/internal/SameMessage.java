package io.arkestra.memory.record.internal;

import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.Origin;
import io.arkestra.store.Doc;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What was learned from one message by two: the rules from the user's words, and a model that proposed it in its own. They are one fact,
 * told apart by the message and the value, and the user's words are the ones that stay.
 */
final class SameMessage {
    /** A proposal that is longer says more than the value. */
    private static final int MOST_OTHER_WORDS = 8;

    private SameMessage() {}

    /** The record of the user's own words that says what a model proposes. */
    static Optional<Doc> said(DocTransaction transaction, Owner owner, MemoryDraft draft) {
        if (draft.kind() != MemoryKind.FACT || draft.origin() != Origin.ASSISTANT) {
            return Optional.empty();
        }
        return current(transaction, owner, draft.sources()).stream()
                .filter(doc -> !isProposal(doc))
                .filter(doc -> MemoryCollection.statement(doc)
                        .filter(said -> !said.isEnded() && tells(draft.text(), said.value()))
                        .isPresent())
                .findFirst();
    }

    /** Has the user's words take the place of what a model proposed from the same message. */
    static void takeOver(DocTransaction transaction, Doc record, MemoryDraft draft, Instant at) {
        if (draft.origin() != Origin.USER || draft.statement().isEmpty()) {
            return;
        }
        String value = draft.statement().get().value();
        close(
                transaction,
                record,
                draft.sources(),
                doc -> isProposal(doc) && tells(doc.body().text("text"), value),
                at);
    }

    /** Closes what was learned wrongly in favour of the record that puts it right. */
    static void putRight(DocTransaction transaction, Doc record, MemoryDraft wrong, Instant at) {
        String hash = NormalText.hash(wrong.text());
        close(
                transaction,
                record,
                wrong.sources(),
                doc -> doc.body().text("hash").equals(hash)
                        || wrong.statement().equals(MemoryCollection.statement(doc)),
                at);
    }

    private static void close(
            DocTransaction transaction, Doc record, Collection<String> sources, Predicate<Doc> which, Instant at) {
        for (Doc doc : current(transaction, record.owner(), sources)) {
            if (!doc.id().equals(record.id()) && !MemoryCollection.flag(doc, "locked") && which.test(doc)) {
                transaction.put(
                        MemoryCollection.NAME,
                        DocWrite.update(doc, RecordBody.closed(doc.body(), at, Optional.of(record.id()))));
            }
        }
    }

    private static List<Doc> current(DocTransaction transaction, Owner owner, Collection<String> sources) {
        return sources.stream()
                .flatMap(source -> MemorySources.memories(transaction, owner, source).stream())
                .distinct()
                .flatMap(id -> transaction.get(MemoryCollection.NAME, owner, id).stream())
                .filter(doc -> MemoryCollection.kind(doc) == MemoryKind.FACT
                        && doc.body().instant("valid_to").isEmpty())
                .toList();
    }

    private static boolean isProposal(Doc doc) {
        return doc.body()
                .string("origin")
                .filter(MemoryCollection.lower(Origin.ASSISTANT)::equals)
                .isPresent();
    }

    private static boolean tells(String text, String value) {
        String words = " " + NormalText.of(text).replaceAll("[\\p{P}\\s]+", " ") + " ";
        String sought = " " + NormalText.of(value).replaceAll("[\\p{P}\\s]+", " ") + " ";
        return sought.strip().length() >= 2
                && words.contains(sought)
                && words.strip().split(" ").length <= sought.strip().split(" ").length + MOST_OTHER_WORDS;
    }
}
