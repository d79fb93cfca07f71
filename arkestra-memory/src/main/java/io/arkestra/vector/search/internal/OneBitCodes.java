package io.arkestra.vector.search.internal;

import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * Sign codes of rows, one bit a dimension and two correction terms, as described at {@link Codebook}. One writer may append while others
 * read the ordinals below a {@link #size()} that they have asked for.
 */
public final class OneBitCodes {
    /** Small chunks for codes that grow. */
    private static final int SHIFT = 10;

    private final Codebook book;
    private final int stride;
    private final int words;
    private final int shift;
    private volatile long[][] chunks;
    private volatile int size;

    private OneBitCodes(Codebook book, int shift, long[][] chunks, int size) {
        this.book = book;
        this.stride = book.stride();
        this.words = book.words();
        this.shift = shift;
        this.chunks = chunks;
        this.size = size;
    }

    /** Empty, to be appended to. */
    public static OneBitCodes growing(Codebook book) {
        return new OneBitCodes(book, SHIFT, new long[0][], 0);
    }

    /** Codes of the rows below {@code count}, in one array; not to be appended to. */
    public static OneBitCodes encode(Codebook book, RowSource rows, int count) {
        long[] codes = new long[Math.multiplyExact(count, book.stride())];
        float[] row = new float[book.dimension()];
        for (int ordinal = 0; ordinal < count; ordinal++) {
            rows.read(ordinal, row);
            book.encode(row, 0, codes, ordinal * book.stride());
        }
        return new OneBitCodes(book, 31, new long[][] {codes}, count);
    }

    /** Codes as {@link #write} wrote them: {@code count * book.stride()} longs; copied to the heap. */
    public static OneBitCodes read(Codebook book, LongBuffer source, int count) {
        long[] codes = new long[Math.multiplyExact(count, book.stride())];
        source.get(codes);
        return new OneBitCodes(book, 31, new long[][] {codes}, count);
    }

    /** Writes {@code size() * book.stride()} longs. */
    public void write(LongBuffer target) {
        int left = size;
        for (long[] chunk : chunks) {
            int some = (int) Math.min(left, (long) chunk.length / stride);
            target.put(chunk, 0, some * stride);
            left -= some;
        }
    }

    /** Appends the code of the row that begins at the offset; one writer at a time. Returns its ordinal. */
    public int append(float[] row, int from) {
        if (shift == 31) {
            throw new IllegalStateException("These codes are frozen; append to growing ones");
        }
        int ordinal = size;
        if (ordinal >>> shift == chunks.length) {
            long[][] grown = Arrays.copyOf(chunks, chunks.length + 1);
            grown[chunks.length] = new long[stride << shift];
            chunks = grown;
        }
        book.encode(row, from, chunks[ordinal >>> shift], (ordinal & (1 << shift) - 1) * stride);
        size = ordinal + 1;
        return ordinal;
    }

    public Codebook book() {
        return book;
    }

    public int size() {
        return size;
    }

    /** Bytes on the heap. */
    public long bytes() {
        long longs = 0;
        for (long[] chunk : chunks) {
            longs += chunk.length;
        }
        return longs * Long.BYTES;
    }

    /** Estimates with all four bits of the query for the named rows. */
    void estimates(BitQuery query, int[] ordinals, int count, float[] scores) {
        long[][] now = chunks;
        int mask = shift == 31 ? -1 : (1 << shift) - 1;
        for (int i = 0; i < count; i++) {
            int ordinal = ordinals[i];
            long[] chunk = now[shift == 31 ? 0 : ordinal >>> shift];
            int at = (ordinal & mask) * stride;
            long terms = chunk[at + words];
            int distance = words == 6 ? distance6(query.planes, chunk, at) : distance(query.planes, chunk, at, words);
            scores[i] = Codebook.factor(terms) * (query.base4 - query.slope4 * distance)
                    + Codebook.withCentre(terms)
                    + query.withCentre;
        }
    }

    /** Coarse estimates with the sign of the query alone for {@code count} rows from an ordinal on. */
    void coarse(BitQuery query, int ordinal, int count, float[] scores) {
        long[][] now = chunks;
        int rows = shift == 31 ? Integer.MAX_VALUE : 1 << shift;
        for (int done = 0; done < count; ) {
            int row = ordinal + done;
            int within = shift == 31 ? row : row & rows - 1;
            int some = Math.min(count - done, rows - within);
            coarse(query, now[shift == 31 ? 0 : row >>> shift], within * stride, some, scores, done);
            done += some;
        }
    }

    private void coarse(BitQuery query, long[] chunk, int from, int count, float[] scores, int scoresFrom) {
        long[] planes = query.planes;
        float base = query.base1;
        float slope = query.slope1;
        int at = from;
        if (words == 6) {
            long p0 = planes[3];
            long p1 = planes[7];
            long p2 = planes[11];
            long p3 = planes[15];
            long p4 = planes[19];
            long p5 = planes[23];
            for (int i = 0; i < count; i++, at += 7) {
                int distance = Long.bitCount(chunk[at] ^ p0)
                        + Long.bitCount(chunk[at + 1] ^ p1)
                        + Long.bitCount(chunk[at + 2] ^ p2)
                        + Long.bitCount(chunk[at + 3] ^ p3)
                        + Long.bitCount(chunk[at + 4] ^ p4)
                        + Long.bitCount(chunk[at + 5] ^ p5);
                long terms = chunk[at + 6];
                scores[scoresFrom + i] =
                        Codebook.factor(terms) * (base - slope * distance) + Codebook.withCentre(terms);
            }
            return;
        }
        for (int i = 0; i < count; i++, at += stride) {
            int distance = 0;
            for (int w = 0; w < words; w++) {
                distance += Long.bitCount(chunk[at + w] ^ planes[4 * w + 3]);
            }
            long terms = chunk[at + words];
            scores[scoresFrom + i] = Codebook.factor(terms) * (base - slope * distance) + Codebook.withCentre(terms);
        }
    }

    private static int distance6(long[] p, long[] chunk, int at) {
        return weighted(p, 0, chunk[at])
                + weighted(p, 4, chunk[at + 1])
                + weighted(p, 8, chunk[at + 2])
                + weighted(p, 12, chunk[at + 3])
                + weighted(p, 16, chunk[at + 4])
                + weighted(p, 20, chunk[at + 5]);
    }

    private static int distance(long[] p, long[] chunk, int at, int words) {
        int sum = 0;
        for (int w = 0; w < words; w++) {
            sum += weighted(p, 4 * w, chunk[at + w]);
        }
        return sum;
    }

    private static int weighted(long[] p, int at, long word) {
        return Long.bitCount(word ^ p[at])
                + 2 * Long.bitCount(word ^ p[at + 1])
                + 4 * Long.bitCount(word ^ p[at + 2])
                + 8 * Long.bitCount(word ^ p[at + 3]);
    }
}
