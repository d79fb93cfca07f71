package io.arkestra.memory.recall.internal;

import io.arkestra.common.Scope;
import io.arkestra.common.Subscription;
import io.arkestra.keyword.KeywordIndex;
import io.arkestra.keyword.KeywordIndexException;
import io.arkestra.keyword.lucene.internal.WordAnalysis;
import io.arkestra.memory.Message;
import io.arkestra.memory.Recall;
import io.arkestra.memory.RecallQuery;
import io.arkestra.memory.record.internal.MemoryCollection;
import io.arkestra.memory.semantic.internal.SemanticIndex;
import io.arkestra.spi.ProviderContext;
import io.arkestra.store.DocStore;
import io.arkestra.store.Owner;
import java.util.ArrayList;
import java.util.List;

/** Recall over the store and its indexes. Thread-safe. */
public final class RecallPart implements AutoCloseable {
    /** The keyword index that it needs. */
    public static final io.arkestra.keyword.KeywordIndexSpec INDEX = IndexTexts.SPEC;

    private final KeywordIndex index;
    private final IndexUpkeep upkeep;
    private final PassageSearch search;
    private final TurnCache cache;
    private final UsageCount usage;
    private final String indexName;
    private final List<Subscription> watches;

    private RecallPart(
            DocStore store,
            KeywordIndex index,
            String indexName,
            IndexUpkeep upkeep,
            PassageSearch search,
            TurnCache cache,
            UsageCount usage) {
        this.index = index;
        this.indexName = indexName;
        this.upkeep = upkeep;
        this.search = search;
        this.cache = cache;
        this.usage = usage;
        this.watches = List.of(
                store.watch(Message.COLLECTION.name(), upkeep::changed),
                store.watch(MemoryCollection.NAME, upkeep::changed));
    }

    /** Opens recall on an index, which it closes. */
    public static RecallPart open(
            ProviderContext context, DocStore store, KeywordIndex index, String indexName, SemanticIndex semantic) {
        return open(context, store, index, indexName, semantic, RecallCompany.of(context));
    }

    /** Opens recall on an index, which it closes. */
    public static RecallPart open(
            ProviderContext context,
            DocStore store,
            KeywordIndex index,
            String indexName,
            SemanticIndex semantic,
            RecallCompany company) {
        RecallWeights weights = context.settings()
                .path("recallWeights")
                .map(RecallWeights::load)
                .orElseGet(RecallWeights::load);
        WordAnalysis analysis = new WordAnalysis();
        TurnCache cache = new TurnCache(analysis);
        FeedFollower follower = new FeedFollower(store, index, context.clock().getZone(), context::warn, cache);
        IndexUpkeep upkeep = new IndexUpkeep(follower, context.executor(), context::warn);
        PassageSearch search = new PassageSearch(store, index, semantic, weights, company, analysis, cache);
        UsageCount usage = new UsageCount(company.used(), context.executor(), context::warn);
        RecallPart part = new RecallPart(store, index, indexName, upkeep, search, cache, usage);
        upkeep.start();
        return part;
    }

    public Recall recall(Scope scope, RecallQuery query) {
        List<String> notes = new ArrayList<>();
        try {
            Recall recall = upkeep.current(notes, () -> {
                if (upkeep.isBehind()) {
                    // What the cache holds may have been deleted by changes that were not followed yet.
                    cache.clear();
                }
                return search.recall(scope, query, notes);
            });
            usage.count(scope, recall.passages());
            return Recall.of(recall.passages(), notes, recall.sections());
        } catch (KeywordIndexException e) {
            if (e.code().equals("keyword.closed")) {
                throw e;
            }
            notes.add("Nothing could be recalled, because the search index cannot be used: " + e.getMessage());
            return Recall.of(List.of(), notes);
        }
    }

    public void refresh() {
        usage.flush();
        upkeep.complete();
    }

    /** Removes the postings of an owner whose documents are erased. */
    public void erase(Owner owner) {
        upkeep.erase(owner);
    }

    public List<String> describe() {
        List<String> lines = new ArrayList<>();
        lines.add("by words, English and Russian stems and exact forms; keyword index: " + indexName);
        lines.addAll(upkeep.describe());
        return List.copyOf(lines);
    }

    @Override
    public void close() {
        usage.flush();
        watches.forEach(Subscription::close);
        try {
            upkeep.close();
        } finally {
            index.close();
        }
    }
}
