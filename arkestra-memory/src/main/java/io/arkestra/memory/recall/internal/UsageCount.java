package io.arkestra.memory.recall.internal;

import io.arkestra.common.Scope;
import io.arkestra.memory.Passage;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Counts which memories were recalled, in batches on the engine's executor: a recall writes nothing. Thread-safe. */
final class UsageCount {
    private static final int BATCH = 64;

    private final BiConsumer<Scope, Collection<String>> used;
    private final Executor executor;
    private final Consumer<String> warnings;
    private final ReentrantLock lock = new ReentrantLock();
    private Map<Scope, Set<String>> pending = new HashMap<>();
    private int size;

    UsageCount(BiConsumer<Scope, Collection<String>> used, Executor executor, Consumer<String> warnings) {
        this.used = used;
        this.executor = executor;
        this.warnings = warnings;
    }

    void count(Scope scope, List<Passage> passages) {
        boolean full = false;
        lock.lock();
        try {
            for (Passage passage : passages) {
                if (passage.kind() != Passage.Kind.MESSAGE
                        && pending.computeIfAbsent(scope, who -> new LinkedHashSet<>())
                                .add(passage.id())) {
                    size++;
                }
            }
            full = size >= BATCH;
        } finally {
            lock.unlock();
        }
        if (full) {
            executor.execute(this::flush);
        }
    }

    /** Tells what was counted so far. What cannot be told is lost with a word to the host: it only makes memories look less used. */
    void flush() {
        Map<Scope, Set<String>> batch;
        lock.lock();
        try {
            batch = pending;
            pending = new HashMap<>();
            size = 0;
        } finally {
            lock.unlock();
        }
        batch.forEach((scope, ids) -> {
            try {
                used.accept(scope, ids);
            } catch (RuntimeException e) {
                warnings.accept("How often memories were recalled could not be noted: " + e.getMessage());
            }
        });
    }
}
