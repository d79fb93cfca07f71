package io.arkestra.benchmarks.vector;

import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import io.arkestra.benchmarks.Sizes;
import io.arkestra.vector.VectorQuery.Effort;
import io.arkestra.vector.search.internal.Codebook;
import io.arkestra.vector.search.internal.Found;
import io.arkestra.vector.search.internal.HeapRows;
import io.arkestra.vector.search.internal.OneBitCodes;
import io.arkestra.vector.search.internal.RowBits;
import io.arkestra.vector.search.internal.ScanSearch;
import io.arkestra.vector.search.internal.SearchRoom;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;

/**
 * Vectors of length 1 and queries that are not among them.
 *
 * <p>Sentences of books, embedded with MiniLM (384 dimensions): the first 19,000 are the base, the others the queries. Larger sets are
 * made from the base: {@code normalize((1 - t) r_i + t r_j + 0.25 (r_p - r_q + r_u - r_w))}, where r_i is any row, r_j one of its 15
 * nearest, t up to one half and the others any rows; that keeps the covariance and the clusters. The queries stay real.
 *
 * @param description what it is, for the table
 */
record VectorData(String description, float[][] base, float[][] queries) {
    static final int REAL = 19_000;
    private static final int DIMENSION = 384;
    private static final int QUERIES = 1_000;

    /** Lines of text, one sentence each. */
    static Path sentences() {
        return Path.of(System.getProperty("arkestra.bench.sentences", "../shared/data/sentences/sentences.txt"));
    }

    private static Path cache() {
        return Path.of(System.getProperty("arkestra.bench.vectors", "benchmarks/target/vectors"));
    }

    /** Real vectors, or a multiple of them; embeds the sentences the first time, which takes minutes. */
    static VectorData real(int rows) throws IOException {
        byte[] text = Files.readAllBytes(sentences());
        float[][] all = read(embedded(text));
        float[][] base = Arrays.copyOf(all, Math.min(rows, REAL));
        float[][] queries = Arrays.copyOfRange(all, REAL, Math.min(all.length, REAL + QUERIES));
        if (rows <= REAL) {
            return new VectorData(base.length + " sentences, MiniLM", base, queries);
        }
        return new VectorData(rows + " made from " + REAL + " sentences, MiniLM", larger(base, rows), queries);
    }

    /** Whether {@link #real} needs no embedding any more, and is wanted. */
    static boolean realIsThere() throws IOException {
        return Sizes.of(1, 0) > 0 && Files.exists(sentences()) && Files.exists(file(Files.readAllBytes(sentences())));
    }

    /** Rows in clusters; says nothing about recall on text. */
    static VectorData generated(int rows, int queries) {
        Random random = new Random(42);
        float[][] centres = new float[60][DIMENSION];
        for (float[] centre : centres) {
            for (int i = 0; i < DIMENSION; i++) {
                centre[i] = (float) random.nextGaussian();
            }
        }
        float[][] all = new float[rows + queries][DIMENSION];
        for (float[] row : all) {
            float[] a = centres[random.nextInt(centres.length)];
            float[] b = centres[random.nextInt(centres.length)];
            for (int i = 0; i < DIMENSION; i++) {
                row[i] = a[i] + 0.5f * b[i] + (float) random.nextGaussian();
            }
            normalize(row);
        }
        return new VectorData(
                rows + " generated vectors in clusters, no text",
                Arrays.copyOf(all, rows),
                Arrays.copyOfRange(all, rows, rows + queries));
    }

    private static Path file(byte[] text) {
        CRC32C crc = new CRC32C();
        crc.update(text);
        return cache().resolve("minilm-" + Long.toHexString(crc.getValue()) + ".f32");
    }

    private static Path embedded(byte[] text) throws IOException {
        Path file = file(text);
        if (Files.exists(file)) {
            return file;
        }
        List<String> lines = new String(text, StandardCharsets.UTF_8).lines().toList();
        System.out.println("Embedding " + lines.size() + " sentences into " + file);
        ByteBuffer bytes =
                ByteBuffer.allocate(lines.size() * DIMENSION * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        EmbeddingModel model = new AllMiniLmL6V2EmbeddingModel();
        for (String line : lines) {
            float[] vector = model.embed(line).content().vector().clone();
            normalize(vector);
            for (float value : vector) {
                bytes.putFloat(value);
            }
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.write(part, bytes.array());
        return Files.move(part, file);
    }

    private static float[][] read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        float[][] rows = new float[bytes.capacity() / (DIMENSION * Float.BYTES)][DIMENSION];
        for (float[] row : rows) {
            bytes.asFloatBuffer().get(row);
            bytes.position(bytes.position() + DIMENSION * Float.BYTES);
        }
        return rows;
    }

    private static float[][] larger(float[][] base, int rows) {
        HeapRows source = Rows.of(base);
        OneBitCodes codes = OneBitCodes.encode(Codebook.train(source, base.length), source, base.length);
        RowBits all = RowBits.all(base.length);
        SearchRoom room = new SearchRoom();
        Found[] nearest = new Found[base.length];
        Random random = new Random(42);
        float[][] made = new float[rows][DIMENSION];
        for (float[] row : made) {
            int first = random.nextInt(base.length);
            Found near = nearest[first];
            if (near == null) {
                near = ScanSearch.search(codes, source, base[first], 16, Effort.HIGH, all, room);
                nearest[first] = near;
            }
            float[] i = base[first];
            float[] j = base[near.ordinal(1 + random.nextInt(15))];
            float[] p = base[random.nextInt(base.length)];
            float[] q = base[random.nextInt(base.length)];
            float[] u = base[random.nextInt(base.length)];
            float[] w = base[random.nextInt(base.length)];
            float t = random.nextFloat() / 2;
            for (int d = 0; d < DIMENSION; d++) {
                row[d] = (1 - t) * i[d] + t * j[d] + 0.25f * (p[d] - q[d] + u[d] - w[d]);
            }
            normalize(row);
        }
        return made;
    }

    private static void normalize(float[] row) {
        double squares = 0;
        for (float value : row) {
            squares += (double) value * value;
        }
        float scale = (float) (1 / Math.sqrt(squares));
        for (int i = 0; i < row.length; i++) {
            row[i] *= scale;
        }
    }
}
