package io.arkestra.memory.internal;

import io.arkestra.guard.Guard;
import io.arkestra.keyword.KeywordIndex;
import io.arkestra.keyword.KeywordIndexProvider;
import io.arkestra.keyword.lucene.internal.LuceneKeywordIndexProvider;
import io.arkestra.memory.Memory;
import io.arkestra.memory.MemoryProvider;
import io.arkestra.memory.TurnRecords;
import io.arkestra.memory.document.internal.DocumentPart;
import io.arkestra.memory.graph.internal.GraphPart;
import io.arkestra.memory.recall.internal.RecallCompany;
import io.arkestra.memory.recall.internal.RecallPart;
import io.arkestra.memory.record.internal.FactRules;
import io.arkestra.memory.record.internal.IndexContext;
import io.arkestra.memory.record.internal.MemoryRecords;
import io.arkestra.memory.record.internal.TierRules;
import io.arkestra.memory.semantic.internal.SemanticIndex;
import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.SettingKey;
import io.arkestra.spi.SettingsSpec;
import io.arkestra.store.DocStore;
import java.util.ArrayDeque;
import java.util.Deque;

/** Memory by words over the engine's store. */
public final class ArkestraMemoryProvider implements MemoryProvider {
    @Override
    public String id() {
        return "arkestra";
    }

    @Override
    public SettingsSpec settings() {
        return TierRules.SETTINGS
                .with(SettingKey.optional(
                        "recallWeights",
                        SettingKey.Type.PATH,
                        "",
                        "weights of the ranking instead of the shipped ones: a file that 'evaluate fit' wrote"))
                .with(SettingKey.optional(
                                RecallCompany.SECOND_STAGE,
                                SettingKey.Type.STRING,
                                "none",
                                "orders what was found once more: by the stored vectors, without running a model")
                        .oneOf("none", RecallCompany.STORED_VECTORS));
    }

    @Override
    public Memory open(ProviderContext context) {
        DocStore store = context.require(DocStore.class);
        MemoryRecords records = new MemoryRecords(
                store,
                context::warn,
                TierRules.of(context.settings()),
                FactRules.of(context.find(Guard.class)),
                context.find(TurnRecords.class).orElse((transaction, user, turn) -> {}));
        KeywordIndexProvider provider =
                context.find(KeywordIndexProvider.class).orElseGet(LuceneKeywordIndexProvider::new);
        ProviderContext files = IndexContext.of(context);
        Deque<AutoCloseable> opened = new ArrayDeque<>();
        try {
            SemanticIndex semantic = opening(opened, SemanticIndex.open(files, store));
            KeywordIndex conversation = opening(opened, provider.open(RecallPart.INDEX, files));
            GraphPart graph = new GraphPart(store, context.clock(), context::warn);
            RecallPart recall = opening(
                    opened,
                    RecallPart.open(
                            context,
                            store,
                            conversation,
                            provider.id(),
                            semantic,
                            RecallCompany.of(context).graph(graph).used(records::used)));
            KeywordIndex chunks = opening(opened, provider.open(DocumentPart.INDEX, files));
            DocumentPart documents = DocumentPart.open(files, store, semantic, chunks);
            Runnable refresh = () -> {
                recall.refresh();
                documents.refresh();
                semantic.complete();
            };
            NightParts nights = NightParts.open(context, store, records, graph, refresh);
            ArkestraMemory memory = new ArkestraMemory(records, recall, semantic, documents, nights, graph);
            memory.finishForgetting(context::warn);
            return memory;
        } catch (RuntimeException | Error e) {
            close(opened, e);
            throw e;
        }
    }

    private static <T extends AutoCloseable> T opening(Deque<AutoCloseable> opened, T part) {
        opened.push(part);
        return part;
    }

    private static void close(Deque<AutoCloseable> opened, Throwable cause) {
        for (AutoCloseable part : opened) {
            try {
                part.close();
            } catch (Exception e) {
                cause.addSuppressed(e);
            }
        }
    }
}
