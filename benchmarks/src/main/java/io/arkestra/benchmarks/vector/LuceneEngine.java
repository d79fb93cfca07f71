package io.arkestra.benchmarks.vector;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.Version;
import org.jspecify.annotations.Nullable;

/**
 * Lucene's HNSW over floats as it comes: 16 neighbours (32 on the lowest level), beam 100, one segment, mapped files. Whatever Lucene its
 * class loader finds; see {@link NewerLucene}.
 */
public final class LuceneEngine implements VectorEngine {
    private @Nullable Path path;
    private @Nullable Directory directory;
    private @Nullable DirectoryReader reader;
    private @Nullable IndexSearcher searcher;

    @Override
    public String name() {
        return "Lucene " + Version.LATEST;
    }

    @Override
    public void build(float[][] vectors) throws Exception {
        Path home = Files.createTempDirectory("arkestra-lucene");
        path = home;
        Directory files = FSDirectory.open(home);
        directory = files;
        IndexWriterConfig config = new IndexWriterConfig().setRAMBufferSizeMB(1_500);
        try (IndexWriter writer = new IndexWriter(files, config)) {
            for (float[] vector : vectors) {
                Document document = new Document();
                document.add(new KnnFloatVectorField("v", vector, VectorSimilarityFunction.DOT_PRODUCT));
                writer.addDocument(document);
            }
            writer.forceMerge(1);
        }
        reader = DirectoryReader.open(files);
        searcher = new IndexSearcher(reader);
        searcher.setQueryCache(null);
    }

    @Override
    public int[] search(float[] query, int limit, int effort) throws Exception {
        ScoreDoc[] docs =
                Objects.requireNonNull(searcher).search(new KnnFloatVectorQuery("v", query, effort), limit).scoreDocs;
        int[] ids = new int[docs.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = docs[i].doc;
        }
        return ids;
    }

    @Override
    public int leastEffort() {
        return 10;
    }

    @Override
    public int mostEffort() {
        return 1_000;
    }

    @Override
    public long bytes() throws Exception {
        long bytes = 0;
        for (String file : Objects.requireNonNull(directory).listAll()) {
            bytes += Objects.requireNonNull(directory).fileLength(file);
        }
        return bytes;
    }

    @Override
    public void close() throws Exception {
        if (reader != null) {
            reader.close();
        }
        if (directory != null) {
            directory.close();
        }
        if (path != null) {
            try (Stream<Path> files = Files.list(path)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(path);
        }
    }
}
