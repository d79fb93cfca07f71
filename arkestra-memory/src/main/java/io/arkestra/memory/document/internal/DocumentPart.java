package io.arkestra.memory.document.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.ProjectId;
import io.arkestra.common.Scope;
import io.arkestra.common.Subscription;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.EmbeddingException;
import io.arkestra.guard.Guard;
import io.arkestra.guard.GuardContext;
import io.arkestra.keyword.KeywordIndex;
import io.arkestra.keyword.KeywordIndexException;
import io.arkestra.keyword.KeywordIndexSpec;
import io.arkestra.memory.DocumentDraft;
import io.arkestra.memory.DocumentInfo;
import io.arkestra.memory.Documents;
import io.arkestra.memory.Passage;
import io.arkestra.memory.Recall;
import io.arkestra.memory.RecallQuery;
import io.arkestra.memory.document.internal.DocumentSearch.Scored;
import io.arkestra.memory.record.internal.Chunk;
import io.arkestra.memory.semantic.internal.SemanticIndex;
import io.arkestra.memory.semantic.internal.SemanticIndex.Space;
import io.arkestra.spi.ProviderContext;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocPage;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Documents: kept as chunks in the store, found by words and by meaning. Thread-safe. */
public final class DocumentPart implements Documents, AutoCloseable {
    /** The keyword index that it needs. */
    public static final KeywordIndexSpec INDEX = ChunkIndex.SPEC;

    /** Enough of a text to tell its language. */
    private static final int SAMPLE = 2_000;

    private static final int PAGE = 1_000;
    /** Documents that go in one transaction. */
    private static final int REMOVED_AT_ONCE = 50;
    /** Ranked chunks that are read for so many passages. */
    private static final int READ_PER_PASSAGE = 8;

    private final DocStore store;
    private final SemanticIndex semantic;
    private final ChunkIndex words;
    private final DocumentSearch search;
    private final Consumer<String> warnings;
    private final Optional<Guard> guard;
    private final Subscription watch;

    private DocumentPart(
            DocStore store,
            SemanticIndex semantic,
            KeywordIndex index,
            Consumer<String> warnings,
            Optional<Guard> guard) {
        this.guard = guard;
        this.store = store;
        this.semantic = semantic;
        this.warnings = warnings;
        store.define(DocumentCollection.SPEC);
        store.define(Chunk.COLLECTION);
        this.words = new ChunkIndex(store, index, warnings);
        this.search = new DocumentSearch(words, semantic, this::texts);
        this.watch = store.watch(Chunk.NAME, words::changed);
    }

    /** Opens it on a keyword index, which it closes. */
    public static DocumentPart open(
            ProviderContext context, DocStore store, SemanticIndex semantic, KeywordIndex index) {
        return new DocumentPart(store, semantic, index, context::warn, context.find(Guard.class));
    }

    @Override
    public DocumentInfo add(Scope scope, DocumentDraft draft) {
        return add(scope, draft, Cancellation.none());
    }

    @Override
    public DocumentInfo add(Scope scope, DocumentDraft draft, Cancellation cancel) {
        return addAll(scope, List.of(draft), cancel).get(0);
    }

    /** A draft and what it is cut into. */
    private record Cut(DocumentDraft draft, Instant at, List<Chunk> chunks) {}

    @Override
    public List<DocumentInfo> addAll(Scope scope, List<DocumentDraft> drafts) {
        return addAll(scope, drafts, Cancellation.none());
    }

    private List<DocumentInfo> addAll(Scope scope, List<DocumentDraft> drafts, Cancellation cancel) {
        if (drafts.isEmpty()) {
            return List.of();
        }
        // Whoever indexes a project does not wait until a model has read it: words find it meanwhile.
        if (drafts.stream()
                .anyMatch(draft -> DocumentCollection.project(draft.metadata()).isEmpty())) {
            semantic.awaitRoomCalmly();
        }
        Owner owner = Owner.of(scope.user());
        List<Cut> cuts = drafts.stream().map(draft -> cut(draft, cancel)).toList();
        List<Doc> kept = store.inTransaction(transaction ->
                cuts.stream().map(cut -> put(transaction, owner, cut, cancel)).toList());
        // Whoever adds a long text waits for its words, not whoever asks something next.
        words.follow();
        return infos(kept);
    }

    private Cut cut(DocumentDraft draft, Cancellation cancel) {
        cancel.throwIfCancelled();
        Instant at = draft.at().orElseGet(store::now);
        // As a whole: the word that makes something a secret may stand in the chunk before.
        String text = guard.map(found -> found.inspect(draft.text(), GuardContext.of(GuardContext.Direction.TO_STORE))
                        .text())
                .orElse(draft.text());
        cancel.throwIfCancelled();
        Stride stride = new Stride(cancel);
        Headings headings = Headings.of(draft, text, stride);
        DocumentCutter cutter = new DocumentCutter(cutter(text));
        return new Cut(draft, at, cutter.cut(draft.id(), draft.title(), text, at, headings, stride));
    }

    private static Doc put(DocTransaction transaction, Owner owner, Cut cut, Cancellation cancel) {
        DocumentDraft draft = cut.draft();
        int chunks = cut.chunks().size();
        Doc document = transaction.put(
                DocumentCollection.NAME,
                DocWrite.of(owner, draft.id(), DocumentCollection.body(draft, cut.at(), chunks)));
        for (Chunk chunk : cut.chunks()) {
            cancel.throwIfCancelled();
            put(transaction, owner, chunk);
        }
        delete(transaction, owner, Filter.and(Filter.eq("document", draft.id()), Filter.gte("ordinal", (long) chunks)));
        cancel.throwIfCancelled();
        return document;
    }

    private TextCutter cutter(String text) {
        try {
            Optional<Embedder> embedder = semantic.model(Space.DOCUMENT);
            if (embedder.isPresent()
                    && embedder.get().understands(text.substring(0, Math.min(text.length(), SAMPLE)))) {
                return new TextCutter.Tokens(embedder.get());
            }
        } catch (EmbeddingException e) {
            warnings.accept("A document is cut by words, because its model cannot be used: " + e.getMessage());
        }
        return new TextCutter.Words();
    }

    /** What has not changed is not written: it would be indexed and embedded for nothing. */
    private static void put(DocTransaction transaction, Owner owner, Chunk chunk) {
        Optional<Doc> known = transaction.get(Chunk.NAME, owner, chunk.id());
        if (known.filter(doc -> doc.body().equals(chunk.toJson())).isEmpty()) {
            transaction.put(Chunk.NAME, DocWrite.of(owner, chunk.id(), chunk.toJson()));
        }
    }

    private static void delete(DocTransaction transaction, Owner owner, Filter which) {
        int deleted = PAGE;
        while (deleted == PAGE) {
            deleted = transaction.deleteBatch(Chunk.NAME, owner, which, PAGE);
        }
    }

    @Override
    public List<DocumentInfo> list(Scope scope, Optional<String> after, int limit) {
        if (limit < 1 || limit > DocQuery.MAX_LIMIT) {
            throw new InvalidInputException("Limit is " + limit + "; expected 1 to " + DocQuery.MAX_LIMIT);
        }
        Filter which = after.map(id -> Filter.gt(CollectionSpec.FIELD_ID, id)).orElse(Filter.all());
        return store.inTransaction(transaction -> infos(transaction
                .find(
                        DocumentCollection.NAME,
                        Owner.of(scope.user()),
                        DocQuery.where(which).ascending(CollectionSpec.FIELD_ID).limit(limit))
                .docs()));
    }

    private List<DocumentInfo> infos(List<Doc> docs) {
        return docs.stream()
                .flatMap(doc -> DocumentCollection.readable(doc, warnings).stream())
                .toList();
    }

    @Override
    public Optional<DocumentInfo> find(Scope scope, String id) {
        return store.inTransaction(transaction -> transaction.get(DocumentCollection.NAME, Owner.of(scope.user()), id))
                .flatMap(doc ->
                        DocumentCollection.readable(doc, warnings).stream().findFirst());
    }

    /** Its words and vectors are gone from the indexes, too, when this returns. */
    @Override
    public boolean remove(Scope scope, String id) {
        return removeAll(scope, List.of(id)) > 0;
    }

    @Override
    public int removeAll(Scope scope, List<String> ids) {
        Owner owner = Owner.of(scope.user());
        int removed = 0;
        for (int from = 0; from < ids.size(); from += REMOVED_AT_ONCE) {
            List<String> some = ids.subList(from, Math.min(ids.size(), from + REMOVED_AT_ONCE));
            List<String> keys = new ArrayList<>();
            removed += store.inTransaction(transaction -> (int) some.stream()
                    .filter(id -> removed(transaction, owner, id, keys))
                    .count());
            if (!keys.isEmpty()) {
                semantic.removed(owner, keys);
            }
        }
        if (removed > 0) {
            words.complete();
        }
        return removed;
    }

    private static boolean removed(DocTransaction transaction, Owner owner, String id, List<String> keys) {
        Optional<Doc> document = transaction.get(DocumentCollection.NAME, owner, id);
        document.ifPresent(doc -> {
            transaction.expunge();
            long chunks = doc.body().integer("chunks").orElse(0L);
            for (int i = 0; i < chunks; i++) {
                keys.add("d:" + Chunk.id(id, i));
            }
            delete(transaction, owner, Filter.eq("document", id));
            transaction.delete(DocumentCollection.NAME, owner, id);
        });
        return document.isPresent();
    }

    private List<String> texts(Owner owner, List<String> ids) {
        return store.inTransaction(transaction -> ids.stream()
                .flatMap(id -> transaction.get(Chunk.NAME, owner, id).stream())
                .flatMap(doc -> Chunk.readable(doc, warnings).stream())
                .map(Chunk::text)
                .toList());
    }

    @Override
    public Recall search(Scope scope, RecallQuery query, Map<String, String> where) {
        if (!query.kinds().isEmpty() && !query.kinds().contains(Passage.Kind.DOCUMENT)) {
            return Recall.empty();
        }
        Owner owner = Owner.of(scope.user());
        List<String> notes = new ArrayList<>();
        Set<String> stems = allowed(owner, query, where);
        if (stems != null && stems.isEmpty()) {
            return Recall.empty();
        }
        try {
            List<Scored> ranked = search.search(owner, query, stems, notes);
            List<Scored> best = ranked.subList(0, Math.min(ranked.size(), READ_PER_PASSAGE * query.limit()));
            return Recall.of(store.inTransaction(transaction -> passages(transaction, owner, query, best)), notes);
        } catch (KeywordIndexException e) {
            if (e.code().equals("keyword.closed")) {
                throw e;
            }
            notes.add("No document could be searched, because the search index cannot be used: " + e.getMessage());
            return Recall.of(List.of(), notes);
        }
    }

    /**
     * What was recalled with the user's documents in a section of their own. They are passages only when nothing else is asked for: the
     * scores of the two searches cannot be compared. Costs one look into the store for a user who has none.
     */
    public Recall beside(Scope scope, RecallQuery query, Recall recalled) {
        boolean wanted = query.kinds().isEmpty() || query.kinds().contains(Passage.Kind.DOCUMENT);
        if (!wanted
                || query.text().isBlank()
                || list(scope, Optional.empty(), 1).isEmpty()) {
            return recalled;
        }
        Recall found = search(scope, query, besides(scope));
        Map<Passage.Kind, List<Passage>> sections = new EnumMap<>(Passage.Kind.class);
        sections.putAll(recalled.sections());
        sections.put(Passage.Kind.DOCUMENT, found.passages());
        Set<String> notes = new LinkedHashSet<>(recalled.notes());
        notes.addAll(found.notes());
        List<Passage> passages = query.kinds().size() == 1 ? found.passages() : recalled.passages();
        return Recall.of(passages, List.copyOf(notes), sections);
    }

    /** Without a project the user's own documents; in one those of the project. */
    private Map<String, String> besides(Scope scope) {
        boolean projects = store.inTransaction(transaction -> !transaction
                .find(
                        DocumentCollection.NAME,
                        Owner.of(scope.user()),
                        DocQuery.where(Filter.gt(DocumentDraft.PROJECT, "")).limit(1))
                .docs()
                .isEmpty());
        return projects
                ? Map.of(
                        DocumentDraft.PROJECT,
                        scope.project().map(ProjectId::value).orElse(""))
                : Map.of();
    }

    /** How the ids of chunks of the allowed documents begin; null when all are. */
    private @Nullable Set<String> allowed(Owner owner, RecallQuery query, Map<String, String> where) {
        if (where.isEmpty() && query.from().isEmpty() && query.to().isEmpty()) {
            return null;
        }
        Set<String> stems = new HashSet<>();
        DocQuery page = DocQuery.where(inProject(where))
                .ascending(CollectionSpec.FIELD_ID)
                .limit(PAGE);
        while (true) {
            DocQuery next = page;
            DocPage found = store.inTransaction(transaction -> transaction.find(DocumentCollection.NAME, owner, next));
            for (DocumentInfo document : infos(found.docs())) {
                if (has(document, where)
                        && query.from().stream().noneMatch(document.at()::isBefore)
                        && query.to().stream().allMatch(document.at()::isBefore)) {
                    stems.add(Chunk.stem(document.id()));
                }
            }
            if (found.next().isEmpty()) {
                return stems;
            }
            page = page.after(found.next().get());
        }
    }

    /** The store finds the documents of a project, so that a user's few documents are not looked for among thousands of files. */
    private static Filter inProject(Map<String, String> where) {
        String project = where.get(DocumentDraft.PROJECT);
        if (project == null) {
            return Filter.all();
        }
        Filter without = Filter.absent(DocumentDraft.PROJECT);
        // What an earlier version stored has it among its metadata only.
        return project.isEmpty() ? without : Filter.or(Filter.eq(DocumentDraft.PROJECT, project), without);
    }

    private static boolean has(DocumentInfo document, Map<String, String> where) {
        return where.entrySet().stream()
                .allMatch(entry ->
                        document.metadata().getOrDefault(entry.getKey(), "").equals(entry.getValue()));
    }

    private List<Passage> passages(DocTransaction transaction, Owner owner, RecallQuery query, List<Scored> ranked) {
        Map<String, Chunk> chunks = new HashMap<>();
        Set<String> ids = new LinkedHashSet<>();
        for (Doc doc : read(
                transaction, Chunk.NAME, owner, ranked.stream().map(Scored::id).toList())) {
            for (Chunk chunk : Chunk.readable(doc, warnings)) {
                chunks.put(chunk.id(), chunk);
                ids.add(chunk.document());
            }
        }
        Map<String, DocumentInfo> documents = new HashMap<>();
        infos(read(transaction, DocumentCollection.NAME, owner, List.copyOf(ids)))
                .forEach(document -> documents.put(document.id(), document));
        return new Runs(query).passages(ranked, chunks, documents);
    }

    private static List<Doc> read(DocTransaction transaction, String collection, Owner owner, List<String> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        return transaction
                .find(
                        collection,
                        owner,
                        DocQuery.where(Filter.in(CollectionSpec.FIELD_ID, ids)).limit(ids.size()))
                .docs();
    }

    /** Applies everything and makes that survive a restart. */
    public void refresh() {
        words.complete();
    }

    public List<String> describe() {
        return List.of(words.describe());
    }

    /** Drops the postings of an owner who was erased from the store. */
    public void erase(Owner owner) {
        words.erase(owner);
    }

    @Override
    public void close() {
        watch.close();
        words.close();
    }
}
