package io.arkestra.keyword.lucene.internal;

import io.arkestra.keyword.KeywordDoc;
import io.arkestra.keyword.KeywordField;
import io.arkestra.keyword.KeywordIndexException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** One owner's texts. Everything but {@link #current} and {@link #touch} runs on the index thread. */
final class Partition {
    private static final double BUFFER_MEGABYTES = 4;
    private static final FieldType TERMS = termsType();

    private final String name;
    private final Directory directory;
    private final IndexWriter writer;
    private volatile Snapshot snapshot;
    private volatile boolean stale;
    private volatile long lastUsed;
    private boolean dirty;
    /** Removed texts are still in the files, as entries marked dead. */
    private boolean purge;

    /**
     * Opens or creates a partition and checks every byte of it: Lucene itself reads files lazily and a damaged one would otherwise
     * show as a wrong result or as an arbitrary error in some later search.
     *
     * @param expected what the manifest says about it, or null when it knows nothing
     */
    Partition(String name, Directory directory, Manifest.@Nullable Partition expected) throws IOException {
        this.name = name;
        this.directory = directory;
        long generation = SegmentInfos.getLastCommitGeneration(directory);
        if (expected != null && generation < expected.generation()) {
            throw new IOException("the commit that the manifest names is not there");
        }
        IndexWriterConfig config = new IndexWriterConfig()
                .setRAMBufferSizeMB(BUFFER_MEGABYTES)
                .setMergeScheduler(new SerialMergeScheduler())
                .setMergePolicy(new TieredMergePolicy().setForceMergeDeletesPctAllowed(0))
                .setCommitOnClose(false);
        this.writer = new IndexWriter(directory, config);
        try {
            this.snapshot = new Snapshot(DirectoryReader.open(writer));
            for (LeafReaderContext leaf : snapshot.reader().leaves()) {
                ((CodecReader) leaf.reader()).checkIntegrity();
            }
            if (expected != null && generation == expected.generation() && snapshot.count() != expected.docs()) {
                throw new IOException("it holds " + snapshot.count() + " texts, the manifest says " + expected.docs());
            }
        } catch (IOException | RuntimeException e) {
            writer.rollback();
            throw e;
        }
    }

    private static FieldType termsType() {
        FieldType type = new FieldType();
        type.setTokenized(true);
        type.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
        type.freeze();
        return type;
    }

    String name() {
        return name;
    }

    void upsert(KeywordDoc doc, List<KeywordField> fields, WordAnalysis analysis) throws IOException {
        Document document = new Document();
        document.add(new StringField(Snapshot.ID, doc.id(), Field.Store.NO));
        document.add(new BinaryDocValuesField(Snapshot.ID, new BytesRef(doc.id())));
        document.add(new NumericDocValuesField(Snapshot.AT, EpochMicros.of(doc.at())));
        for (KeywordField field : fields) {
            List<Word> words = analysis.words(doc.fields().getOrDefault(field.name(), ""));
            List<String> stems = new ArrayList<>(words.size());
            List<String> exact = new ArrayList<>(words.size());
            for (Word word : words) {
                exact.add(word.exact());
                if (!word.stop()) {
                    stems.add(word.stem());
                }
            }
            document.add(new Field(field.name(), new WordTokenStream(stems), TERMS));
            document.add(new Field(field.name() + Snapshot.EXACT, new WordTokenStream(exact), TERMS));
        }
        writer.updateDocument(new Term(Snapshot.ID, doc.id()), document);
        changed();
    }

    void remove(Collection<String> ids) throws IOException {
        writer.deleteDocuments(ids.stream().map(id -> new Term(Snapshot.ID, id)).toArray(Term[]::new));
        purge = true;
        changed();
    }

    private void changed() {
        dirty = true;
        stale = true;
    }

    boolean dirty() {
        return dirty;
    }

    /** A snapshot with everything applied so far, already retained; null when it must be made first, by {@link #refresh}. */
    @Nullable
    Snapshot current() {
        Snapshot now = snapshot;
        return !stale && now.tryRetain() ? now : null;
    }

    /** The last snapshot, retained, whatever has been applied since; null when it is closed. */
    @Nullable
    Snapshot last() {
        Snapshot now = snapshot;
        return now.tryRetain() ? now : null;
    }

    void refresh() throws IOException {
        if (!stale) {
            return;
        }
        Snapshot old = snapshot;
        DirectoryReader newer = DirectoryReader.openIfChanged(old.reader(), writer);
        if (newer != null) {
            snapshot = new Snapshot(newer);
            old.release();
        }
        stale = false;
    }

    Manifest.Partition commit() throws IOException {
        if (purge) {
            writer.forceMergeDeletes();
        }
        writer.commit();
        stale = true;
        refresh();
        if (purge) {
            writer.deleteUnusedFiles();
            purge = false;
        }
        dirty = false;
        return new Manifest.Partition(SegmentInfos.getLastCommitGeneration(directory), snapshot.count());
    }

    void touch(long tick) {
        lastUsed = tick;
    }

    long lastUsed() {
        return lastUsed;
    }

    /** Closes without a commit. Searches that still run keep their snapshot. */
    void close() throws IOException {
        stale = true;
        try {
            snapshot.release();
        } finally {
            try {
                writer.rollback();
            } finally {
                directory.close();
            }
        }
    }

    static KeywordIndexException damaged(String index, String name, Throwable cause) {
        return new KeywordIndexException(
                "damaged",
                "The keyword index '" + index + "' is damaged in partition " + name + " ("
                        + (cause.getMessage() == null ? cause.toString() : cause.getMessage())
                        + "); clear it and fill it again from the store",
                cause);
    }
}
