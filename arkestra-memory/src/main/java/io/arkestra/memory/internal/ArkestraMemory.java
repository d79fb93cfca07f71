package io.arkestra.memory.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Cancellation;
import io.arkestra.common.Health;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.memory.DataSetConsent;
import io.arkestra.memory.Documents;
import io.arkestra.memory.Graph;
import io.arkestra.memory.Memory;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.MessageDraft;
import io.arkestra.memory.Recall;
import io.arkestra.memory.RecallQuery;
import io.arkestra.memory.Reset;
import io.arkestra.memory.Sessions;
import io.arkestra.memory.SleepOutcome;
import io.arkestra.memory.SleepRequest;
import io.arkestra.memory.Tier;
import io.arkestra.memory.document.internal.DocumentPart;
import io.arkestra.memory.graph.internal.GraphPart;
import io.arkestra.memory.recall.internal.RecallPart;
import io.arkestra.memory.record.internal.ForgettingJournal;
import io.arkestra.memory.record.internal.MemoryRecords;
import io.arkestra.memory.semantic.internal.SemanticIndex;
import io.arkestra.memory.session.internal.SessionLife;
import io.arkestra.memory.sleep.internal.NightWork;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.Owner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The memory: each part does its own, this class only passes on. */
final class ArkestraMemory implements Memory {
    private final MemoryRecords records;
    private final RecallPart recall;
    private final SemanticIndex semantic;
    private final DocumentPart documents;
    private final SessionLife sessions;
    private final NightWork nights;
    private final DataSetConsent dataSets;
    private final GraphPart graph;

    ArkestraMemory(
            MemoryRecords records,
            RecallPart recall,
            SemanticIndex semantic,
            DocumentPart documents,
            NightParts nights,
            GraphPart graph) {
        this.graph = graph;
        this.records = records;
        this.recall = recall;
        this.semantic = semantic;
        this.documents = documents;
        this.sessions = nights.sessions();
        this.nights = nights.work();
        this.dataSets = nights.dataSets();
    }

    @Override
    public MemoryRecord remember(Scope scope, MemoryDraft draft) {
        return records.remember(scope, draft);
    }

    @Override
    public MemoryRecord remember(DocTransaction transaction, Scope scope, MemoryDraft draft) {
        return records.remember(transaction, scope, draft);
    }

    @Override
    public Recall recall(Scope scope, RecallQuery query) {
        return documents.beside(scope, query, recall.recall(scope, query));
    }

    @Override
    public List<Message> messages(Scope scope, Instant from, Instant to, int limit) {
        return records.messages(scope, from, to, limit);
    }

    @Override
    public List<MemoryRecord> list(Scope scope, int limit) {
        return records.list(scope, limit);
    }

    @Override
    public List<MemoryRecord> list(Scope scope, MemoryKind kind, int limit) {
        return records.list(scope, kind, limit);
    }

    @Override
    public Optional<MemoryRecord> find(Scope scope, String id) {
        return records.find(scope, id);
    }

    /** Also takes its words out of the index's files before it returns, as far as these can be used. */
    @Override
    public boolean forget(Scope scope, String id) {
        boolean found = records.forget(scope, id);
        if (found) {
            forgotten(scope);
            records.journal().end(scope.user(), id);
        }
        return found;
    }

    /** Finishes what an earlier process began to forget; what cannot be finished now is tried again by the next one. */
    void finishForgetting(Consumer<String> warnings) {
        for (ForgettingJournal.Entry entry : records.journal().unfinished()) {
            Scope scope = Scope.of(entry.user());
            try {
                entry.session().ifPresent(session -> sessions.messageForgotten(scope, session));
                forgotten(scope);
                records.journal().end(entry.user(), entry.what());
            } catch (ArkestraException e) {
                warnings.accept(
                        "What an earlier process forgot could not be taken out of everything that was made of it: "
                                + e.getMessage() + "; the next start tries it again");
            }
        }
    }

    /** Nobody finds what was forgotten any more when this returns; nothing is embedded for it. */
    private void forgotten(Scope scope) {
        Owner owner = Owner.of(scope.user());
        semantic.removed(owner);
        recall.refresh();
        documents.refresh();
        graph.update(owner, Cancellation.none());
    }

    @Override
    public List<MemoryRecord> learnedFrom(Scope scope, String message) {
        return records.learnedFrom(scope, message);
    }

    @Override
    public List<MemoryRecord> history(Scope scope, String id) {
        return records.history(scope, id);
    }

    @Override
    public MemoryRecord edit(Scope scope, String id, String text, List<String> taint) {
        return records.edit(scope, id, text, taint);
    }

    @Override
    public boolean pin(Scope scope, String id, boolean pinned) {
        return records.pin(scope, id, pinned);
    }

    @Override
    public boolean lock(Scope scope, String id, boolean locked) {
        return records.lock(scope, id, locked);
    }

    @Override
    public boolean move(Scope scope, String id, Tier tier) {
        return records.move(scope, id, tier);
    }

    @Override
    public long clear(Scope scope, Tier tier) {
        long gone = records.clear(scope, tier);
        forgotten(scope);
        records.journal().end(scope.user(), ForgettingJournal.CLEARING);
        return gone;
    }

    @Override
    public long reset(Scope scope, Reset extent) {
        if (extent == Reset.VECTORS) {
            return semantic.renew(Owner.of(scope.user()));
        }
        long gone = records.reset(scope, extent);
        forgotten(scope);
        records.journal().end(scope.user(), ForgettingJournal.RESETTING);
        return gone;
    }

    @Override
    public List<Message> record(Scope scope, List<MessageDraft> messages) {
        return records.record(scope, messages, semantic::awaitRoomCalmly);
    }

    @Override
    public boolean forgetMessage(Scope scope, String id) {
        Optional<SessionId> session = sessions.sessionOf(scope, id);
        boolean found = records.forgetMessage(scope, id);
        session.ifPresent(of -> sessions.messageForgotten(scope, of));
        if (found) {
            forgotten(scope);
            records.journal().end(scope.user(), id);
        }
        return found;
    }

    @Override
    public void erase(UserId user) {
        Owner owner = Owner.of(user);
        recall.erase(owner);
        documents.erase(owner);
        semantic.erase(owner);
        graph.erase(owner);
        nights.erase(user);
    }

    @Override
    public Documents documents() {
        return documents;
    }

    @Override
    public Graph graph() {
        return graph;
    }

    @Override
    public Sessions sessions() {
        return sessions;
    }

    @Override
    public SleepOutcome sleep(SleepRequest request) {
        return nights.sleep(request);
    }

    @Override
    public void refresh() {
        recall.refresh();
        documents.refresh();
        semantic.complete();
    }

    @Override
    public DataSetConsent dataSetConsent() {
        return dataSets;
    }

    @Override
    public Health health() {
        return semantic.health().and(nights.health());
    }

    @Override
    public List<String> describe() {
        List<String> lines = new ArrayList<>(recall.describe());
        lines.addAll(documents.describe());
        lines.addAll(semantic.describe());
        return List.copyOf(lines);
    }

    @Override
    public void close() {
        try {
            semantic.close();
        } finally {
            try {
                documents.close();
            } finally {
                recall.close();
            }
        }
    }
}
