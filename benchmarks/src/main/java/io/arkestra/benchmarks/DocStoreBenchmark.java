package io.arkestra.benchmarks;

import io.arkestra.store.Change;
import io.arkestra.store.Doc;
import io.arkestra.store.DocPage;
import io.arkestra.store.DocQuery;
import io.arkestra.store.Filter;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The document store by itself, one thread: writes into a store that starts with 10,000 documents and grows, reads at
 * random places of one that does not.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DocStoreBenchmark {
    private static final int PAGE = 20;
    private static final int FEED = 100;

    /** Where the store keeps its documents. */
    public enum Kept {
        MEMORY,
        FILE
    }

    @Param
    public Kept store = Kept.MEMORY;

    /** Whether bodies and binary parts are encrypted. */
    @Param({"false", "true"})
    public boolean encrypted;

    private final int documents = Sizes.of(10_000, 500);
    private OpenStore opened;
    private SplittableRandom random;

    @Setup
    public void open() {
        opened = store == Kept.MEMORY ? OpenStore.inMemory(encrypted) : OpenStore.inFile(encrypted);
        opened.fill(documents);
        random = new SplittableRandom(42);
    }

    @TearDown
    public void close() {
        opened.close();
    }

    /** One new document in a transaction of its own: survives the end of the process. */
    @Benchmark
    public long put() {
        return opened.store().inTransaction(opened::putNext);
    }

    /** The same, and forced to the disk: survives a loss of power. In memory there is nothing to force. */
    @Benchmark
    public long putAndSync() {
        long sequence = opened.store().inTransaction(opened::putNext);
        opened.store().sync();
        return sequence;
    }

    @Benchmark
    public Doc get() {
        String id = OpenStore.id(random.nextInt(documents));
        return opened.store()
                .inTransaction(tx -> tx.get(OpenStore.COLLECTION, OpenStore.OWNER, id))
                .orElseThrow();
    }

    /** The newest 20 documents of a session of 100, by an ordered index. */
    @Benchmark
    public DocPage findPage() {
        DocQuery query = DocQuery.where(Filter.eq("session", OpenStore.session(random.nextInt(documents))))
                .descending("ordinal")
                .limit(PAGE);
        DocPage page = opened.store().inTransaction(tx -> tx.find(OpenStore.COLLECTION, OpenStore.OWNER, query));
        if (page.docs().size() != PAGE) {
            throw new IllegalStateException("Found " + page.docs().size() + " documents; expected " + PAGE);
        }
        return page;
    }

    /** 100 changes of the feed and the documents behind them. */
    @Benchmark
    public List<Doc> feed() {
        List<Change> changes = opened.store().changes(OpenStore.COLLECTION, random.nextInt(documents - FEED), FEED);
        List<Doc> docs = opened.store().fetch(OpenStore.COLLECTION, changes);
        if (docs.size() != FEED) {
            throw new IllegalStateException("The feed gave " + docs.size() + " documents; expected " + FEED);
        }
        return docs;
    }
}
