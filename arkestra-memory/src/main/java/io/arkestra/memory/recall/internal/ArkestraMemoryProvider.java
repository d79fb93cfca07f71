package io.arkestra.memory.recall.internal;

import io.arkestra.keyword.KeywordIndex;
import io.arkestra.keyword.KeywordIndexProvider;
import io.arkestra.keyword.lucene.internal.LuceneKeywordIndexProvider;
import io.arkestra.memory.Memory;
import io.arkestra.memory.MemoryProvider;
import io.arkestra.memory.Message;
import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.Settings;
import io.arkestra.store.DocStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Memory by words over the engine's store. */
public final class ArkestraMemoryProvider implements MemoryProvider {
    @Override
    public String id() {
        return "arkestra";
    }

    @Override
    public Memory open(ProviderContext context) {
        DocStore store = context.require(DocStore.class);
        store.define(Message.COLLECTION);
        store.define(MemoryCollection.SPEC);
        KeywordIndexProvider provider =
                context.find(KeywordIndexProvider.class).orElseGet(LuceneKeywordIndexProvider::new);
        KeywordIndex index = provider.open(IndexTexts.SPEC, new IndexContext(context));
        try {
            ZoneId zone = context.clock().getZone();
            FeedFollower follower = new FeedFollower(store, index, zone, context::warn);
            IndexUpkeep upkeep = new IndexUpkeep(follower, context.executor(), context::warn);
            LexicalMemory memory = new LexicalMemory(store, index, provider.id(), upkeep);
            upkeep.start();
            return memory;
        } catch (RuntimeException | Error e) {
            index.close();
            throw e;
        }
    }

    /** The memory's own context without its settings, which mean nothing to an index. */
    private record IndexContext(ProviderContext memory) implements ProviderContext {
        @Override
        public Settings settings() {
            return Settings.none();
        }

        @Override
        public Optional<Path> dataDirectory() {
            return memory.dataDirectory();
        }

        @Override
        public Clock clock() {
            return memory.clock();
        }

        @Override
        public Executor executor() {
            return memory.executor();
        }

        @Override
        public <T> Optional<T> find(Class<T> contract) {
            return memory.find(contract);
        }

        @Override
        public <T extends AutoCloseable> T own(T resource) {
            return memory.own(resource);
        }

        @Override
        public void warn(String message) {
            memory.warn(message);
        }
    }
}
