package io.arkestra.keyword.lucene.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.disk.internal.DiskFull;
import io.arkestra.keyword.KeywordDoc;
import io.arkestra.keyword.KeywordField;
import io.arkestra.keyword.KeywordHit;
import io.arkestra.keyword.KeywordIndex;
import io.arkestra.keyword.KeywordIndexException;
import io.arkestra.keyword.KeywordIndexSpec;
import io.arkestra.keyword.KeywordQuery;
import io.arkestra.store.Owner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Partitions by owner, opened when needed. Files are touched on the {@link IndexThread} only; searching runs on the caller's. */
final class LuceneKeywordIndex implements KeywordIndex {
    private static final Logger LOG = LoggerFactory.getLogger(LuceneKeywordIndex.class);

    private final KeywordIndexSpec spec;
    private final Map<String, KeywordField> fields = new LinkedHashMap<>();
    private final PartitionFiles files;
    private final int maxOpen;
    private final WordAnalysis analysis = new WordAnalysis();
    private final IndexThread thread;
    private final AtomicLong ticks = new AtomicLong();

    private final Map<Owner, Partition> open = new ConcurrentHashMap<>();
    /** Partitions that lost changes or cannot be read: every use says so until the index is cleared. */
    private final Map<Owner, KeywordIndexException> damaged = new ConcurrentHashMap<>();
    /** What is searched when the disk got full, until something can be committed again. */
    private final Map<Owner, Snapshot> kept = new ConcurrentHashMap<>();
    /** What the files hold, by directory name; confined to the index thread. */
    private final Map<String, Manifest.Partition> committed = new HashMap<>();

    private volatile long sequence;
    private volatile boolean closed;

    LuceneKeywordIndex(KeywordIndexSpec spec, PartitionFiles files, int maxOpen, Consumer<String> warnings) {
        this.spec = spec;
        this.files = files;
        this.maxOpen = maxOpen;
        for (KeywordField field : spec.fields()) {
            fields.put(field.name(), field);
        }
        this.thread = new IndexThread(spec.name());
        try {
            thread.call(() -> {
                Manifest manifest = files.open(fingerprint(), warnings);
                committed.putAll(manifest.partitions());
                sequence = manifest.sequence();
                return manifest;
            });
        } catch (RuntimeException | Error e) {
            thread.close();
            throw e;
        }
    }

    private String fingerprint() {
        StringBuilder text = new StringBuilder("analysis=" + WordAnalysis.VERSION);
        for (KeywordField field : spec.fields()) {
            // BM25's parameters are used when searching: changing them needs no other files.
            text.append(' ').append(field.name());
        }
        return text.toString();
    }

    @Override
    public void upsert(List<KeywordDoc> docs) {
        Map<Owner, List<KeywordDoc>> byOwner = new LinkedHashMap<>();
        for (KeywordDoc doc : docs) {
            for (String field : doc.fields().keySet()) {
                field(field);
            }
            byOwner.computeIfAbsent(doc.owner(), owner -> new ArrayList<>()).add(doc);
        }
        run(() -> byOwner.forEach((owner, list) -> write(owner, partition -> {
            for (KeywordDoc doc : list) {
                partition.upsert(doc, spec.fields(), analysis);
            }
        })));
    }

    @Override
    public void remove(Owner owner, Collection<String> ids) {
        List<String> known = List.copyOf(ids);
        run(() -> {
            if (exists(owner) && !known.isEmpty()) {
                write(owner, partition -> partition.remove(known));
            }
        });
    }

    @Override
    public void drop(Owner owner) {
        call(() -> {
            String name = PartitionFiles.name(owner);
            discard(owner);
            letGo(owner);
            damaged.remove(owner);
            if (committed.remove(name) != null) {
                // The manifest goes first: a partition that it names must be there.
                files.write(manifest());
            }
            files.delete(name);
            return name;
        });
    }

    @Override
    public void clear() {
        call(() -> {
            for (Owner owner : List.copyOf(open.keySet())) {
                try {
                    discard(owner);
                } catch (KeywordIndexException e) {
                    // It is removed next, in whatever state it is; what cannot be removed is reported by that.
                    LOG.debug("A partition could not be closed in order before it was cleared", e);
                }
            }
            List.copyOf(kept.keySet()).forEach(this::letGo);
            damaged.clear();
            committed.clear();
            sequence = 0;
            files.clear();
            return sequence;
        });
    }

    @Override
    public List<KeywordHit> search(KeywordQuery query) {
        KeywordField field = field(query.field());
        Snapshot snapshot = acquire(query.owner());
        if (snapshot == null) {
            return List.of();
        }
        try {
            return snapshot.search(query, field, analysis.words(query.text()));
        } catch (IOException | RuntimeException | InternalError e) {
            // InternalError is how the JVM reports a mapped file that was cut short under it.
            throw markDamaged(query.owner(), e);
        } finally {
            release(query.owner(), snapshot);
        }
    }

    @Override
    public void commit(long upTo) {
        call(() -> {
            refuseWhenDamaged();
            boolean changed = upTo != sequence;
            for (Map.Entry<Owner, Partition> entry : open.entrySet()) {
                if (entry.getValue().dirty()) {
                    commit(entry.getKey(), entry.getValue());
                    changed = true;
                }
            }
            if (changed) {
                long before = sequence;
                sequence = upTo;
                try {
                    files.write(manifest());
                } catch (IOException e) {
                    sequence = before;
                    throw e;
                }
            }
            List.copyOf(kept.keySet()).forEach(this::letGo);
            return sequence;
        });
    }

    @Override
    public long committedSequence() {
        return sequence;
    }

    @Override
    public long count(Owner owner) {
        Snapshot snapshot = acquire(owner);
        if (snapshot == null) {
            return 0;
        }
        try {
            return snapshot.count();
        } finally {
            release(owner, snapshot);
        }
    }

    /** Closes without a commit: what was applied since the last one comes again from the feed. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        try {
            call(() -> {
                closed = true;
                for (Owner owner : List.copyOf(open.keySet())) {
                    discard(owner);
                }
                List.copyOf(kept.keySet()).forEach(this::letGo);
                return closed;
            });
        } finally {
            thread.close();
        }
    }

    private KeywordField field(String name) {
        KeywordField field = fields.get(name);
        if (field == null) {
            throw new InvalidInputException(
                    "The keyword index '" + spec.name() + "' has no field '" + name + "'; it has " + fields.keySet());
        }
        return field;
    }

    /** The owner's texts as of now, retained; null when there are none. */
    private @Nullable Snapshot acquire(Owner owner) {
        refuse(owner);
        Snapshot last = kept.get(owner);
        if (last != null && !closed && last.tryRetain()) {
            return last;
        }
        Partition partition = open.get(owner);
        if (partition != null && !closed) {
            partition.touch(ticks.incrementAndGet());
            Snapshot snapshot = partition.current();
            if (snapshot != null) {
                return snapshot;
            }
        }
        return call(() -> {
                    if (!exists(owner)) {
                        return new Acquired(null);
                    }
                    Partition fresh = partition(owner);
                    try {
                        fresh.refresh();
                    } catch (IOException | RuntimeException e) {
                        throw markDamaged(owner, e);
                    }
                    return new Acquired(fresh.current());
                })
                .snapshot();
    }

    private record Acquired(@Nullable Snapshot snapshot) {}

    private void release(Owner owner, Snapshot snapshot) {
        try {
            snapshot.release();
        } catch (IOException e) {
            throw markDamaged(owner, e);
        }
    }

    private boolean exists(Owner owner) {
        return open.containsKey(owner) || committed.containsKey(PartitionFiles.name(owner));
    }

    private Partition partition(Owner owner) {
        refuse(owner);
        Partition known = open.get(owner);
        if (known != null) {
            known.touch(ticks.incrementAndGet());
            return known;
        }
        evict();
        String name = PartitionFiles.name(owner);
        try {
            Partition opened = files.partition(name, committed.get(name));
            opened.touch(ticks.incrementAndGet());
            open.put(owner, opened);
            return opened;
        } catch (IOException | RuntimeException e) {
            throw markDamaged(owner, e);
        }
    }

    private void evict() {
        while (files.evictable() && open.size() >= maxOpen) {
            Map.Entry<Owner, Partition> oldest = open.entrySet().stream()
                    .min(Comparator.comparingLong(entry -> entry.getValue().lastUsed()))
                    .orElseThrow();
            if (oldest.getValue().dirty()) {
                commit(oldest.getKey(), oldest.getValue());
            }
            discard(oldest.getKey());
        }
    }

    private void commit(Owner owner, Partition partition) {
        try {
            committed.put(partition.name(), partition.commit());
        } catch (IOException | RuntimeException e) {
            throw markDamaged(owner, e);
        }
    }

    private interface Writing {
        void apply(Partition partition) throws IOException;
    }

    private void write(Owner owner, Writing writing) {
        Partition partition = partition(owner);
        try {
            writing.apply(partition);
        } catch (IOException | RuntimeException e) {
            throw markDamaged(owner, e);
        }
    }

    /** Closes a partition whatever state it is in; what was not committed is gone. */
    private void discard(Owner owner) {
        Partition partition = open.remove(owner);
        if (partition != null) {
            try {
                partition.close();
            } catch (IOException | RuntimeException e) {
                throw markDamaged(owner, e);
            }
        }
    }

    private void refuse(Owner owner) {
        KeywordIndexException known = damaged.get(owner);
        if (known != null) {
            throw new KeywordIndexException("damaged", String.valueOf(known.getMessage()), known);
        }
    }

    /** A partition that lost changes would make the committed sequence a lie. */
    private void refuseWhenDamaged() {
        for (Owner owner : damaged.keySet()) {
            refuse(owner);
        }
    }

    private KeywordIndexException markDamaged(Owner owner, Throwable cause) {
        if (cause instanceof KeywordIndexException known) {
            return known;
        }
        if (DiskFull.caused(cause)) {
            return full(cause);
        }
        KeywordIndexException exception = Partition.damaged(spec.name(), PartitionFiles.name(owner), cause);
        damaged.put(owner, exception);
        return exception;
    }

    /**
     * A full disk is no damage: the files are as the last commit left them, and what was found until now is found on. Writers that
     * failed cannot be used again, and what the others hold is committed together with it or not at all, so all of them are closed.
     * Runs on the index thread.
     */
    private KeywordIndexException full(Throwable cause) {
        for (Map.Entry<Owner, Partition> entry : List.copyOf(open.entrySet())) {
            open.remove(entry.getKey());
            keep(entry.getKey(), entry.getValue());
            try {
                entry.getValue().close();
            } catch (IOException | RuntimeException e) {
                LOG.debug("A partition could not be closed in order on a full disk", e);
            }
        }
        return new KeywordIndexException(
                "full",
                "The keyword index '" + spec.name()
                        + "' cannot be written, because its disk is full; nothing is damaged."
                        + " Free some space, and it follows by itself",
                cause);
    }

    /** An earlier one is the better one: what was opened since has not caught up with it. */
    private void keep(Owner owner, Partition partition) {
        if (!kept.containsKey(owner)) {
            Snapshot last = partition.last();
            if (last != null) {
                kept.put(owner, last);
            }
        }
    }

    private void letGo(Owner owner) {
        Snapshot last = kept.remove(owner);
        if (last != null) {
            try {
                last.release();
            } catch (IOException e) {
                LOG.debug("A snapshot could not be closed in order", e);
            }
        }
    }

    private Manifest manifest() {
        return new Manifest(fingerprint(), sequence, committed);
    }

    private void run(Runnable work) {
        call(() -> {
            work.run();
            return Boolean.TRUE;
        });
    }

    private <T> T call(Callable<T> work) {
        return thread.call(() -> {
            if (closed) {
                throw IndexThread.closed(spec.name(), new IllegalStateException("close() was called"));
            }
            try {
                return work.call();
            } catch (IOException e) {
                throw DiskFull.caused(e) ? full(e) : e;
            }
        });
    }
}
