package io.arkestra.benchmarks;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.EmbedderProvider;
import io.arkestra.embedding.Embedders;
import io.arkestra.embedding.EmbeddingPurpose;
import io.arkestra.embedding.EmbeddingRole;
import io.arkestra.memory.DocumentDraft;
import io.arkestra.memory.Memory;
import io.arkestra.memory.MemoryProvider;
import io.arkestra.memory.semantic.internal.VectorCache;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocStoreProvider;
import io.arkestra.store.Owner;
import io.arkestra.testkit.TestProviderContext;
import io.arkestra.vector.VectorIndexProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the cache of vectors saves when texts come in again that have not changed: 50 documents of about 150 tokens, one
 * passage each.
 *
 * <p>{@code stage…} is embedding alone, the same passages either way: by the content's hash from the user's rows, or by the model.
 * {@code whole…} is everything from the document to what can be searched: storing, cutting, both indexes.
 */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class EmbeddingCacheBenchmark {
    private static final UserId USER = UserId.of("ann");

    private final int count = Sizes.of(50, 5);
    private final Scope user = Scope.of(USER);
    private RecordingEmbedders embedders;
    private Embedder embedder;
    private DocStore store;
    private Memory memory;
    private List<String> texts;
    private List<String> passages;
    private int edition;

    @Setup(Level.Trial)
    public void open() {
        embedders = new RecordingEmbedders(ServiceLoader.load(EmbedderProvider.class)
                .findFirst()
                .orElseThrow()
                .open(TestProviderContext.builder().build()));
        store = ServiceLoader.load(DocStoreProvider.class)
                .findFirst()
                .orElseThrow()
                .open(TestProviderContext.builder().build());
        memory = ServiceLoader.load(MemoryProvider.class)
                .findFirst()
                .orElseThrow()
                .open(TestProviderContext.builder()
                        .service(DocStore.class, store)
                        .service(Embedders.class, embedders)
                        .service(
                                VectorIndexProvider.class,
                                ServiceLoader.load(VectorIndexProvider.class)
                                        .findFirst()
                                        .orElseThrow())
                        .build());
        embedder = embedders.find(EmbeddingPurpose.DOCUMENT).orElseThrow();
        embedder.ready().toCompletableFuture().join();
        texts = texts(0);
        int before = embedders.passages().size();
        wholeUnchanged();
        passages = embedders.passages().subList(before, embedders.passages().size());
        if (passages.size() < count) {
            throw new IllegalStateException(count + " documents gave " + passages.size() + " passages");
        }
    }

    private List<String> texts(int edition) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(("Part " + i + " of edition " + edition + " tells of ship number " + i * 7
                            + " and its journey to the harbour. ")
                    .repeat(8));
        }
        return texts;
    }

    /** Every passage is hashed and its vector read from the rows; fails when one is not there. */
    @Benchmark
    public List<float[]> stageCached() {
        Owner owner = Owner.of(USER);
        return store.inTransaction(transaction -> passages.stream()
                .map(text -> VectorCache.find(transaction, owner, embedder.info(), text, EmbeddingRole.PASSAGE)
                        .orElseThrow())
                .toList());
    }

    /** The model computes the same vectors. */
    @Benchmark
    public List<float[]> stageModel() {
        return embedder.embed(passages, EmbeddingRole.PASSAGE, Cancellation.none());
    }

    /** The documents come in again as they were. */
    @Benchmark
    public void wholeUnchanged() {
        takeIn(texts);
    }

    /** The documents come in with other texts, which the model has to read. */
    @Benchmark
    public void wholeChanged() {
        takeIn(texts(++edition));
    }

    private void takeIn(List<String> documents) {
        for (int i = 0; i < count; i++) {
            memory.documents().add(user, DocumentDraft.of("d" + i, "", documents.get(i)));
        }
        memory.refresh();
    }

    @TearDown(Level.Trial)
    public void close() {
        memory.close();
        store.close();
        embedders.close();
    }
}
