package io.arkestra.vector.search.internal;

import java.nio.ByteBuffer;

/**
 * Rows in one signed byte a dimension, with one scale for each dimension; the scales go into the query, so a row carries nothing else.
 * Immutable.
 */
public final class Int8Codes {
    private static final int LEVELS = 127;

    private final float[] scales;
    private final byte[] codes;
    private final int size;

    private Int8Codes(float[] scales, byte[] codes, int size) {
        this.scales = scales;
        this.codes = codes;
        this.size = size;
    }

    /** Codes of the rows below {@code count}; at most 2 GB of them. */
    public static Int8Codes encode(RowSource rows, int count) {
        int dimension = rows.dimension();
        float[] scales = new float[dimension];
        float[] row = new float[dimension];
        for (int ordinal = 0; ordinal < count; ordinal++) {
            rows.read(ordinal, row);
            for (int i = 0; i < dimension; i++) {
                scales[i] = Math.max(scales[i], Math.abs(row[i]));
            }
        }
        float[] inverse = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            scales[i] /= LEVELS;
            inverse[i] = scales[i] == 0 ? 0 : 1 / scales[i];
        }
        byte[] codes = new byte[Math.multiplyExact(count, dimension)];
        for (int ordinal = 0; ordinal < count; ordinal++) {
            rows.read(ordinal, row);
            int at = ordinal * dimension;
            for (int i = 0; i < dimension; i++) {
                codes[at + i] = (byte) Math.max(-LEVELS, Math.min(LEVELS, Math.round(row[i] * inverse[i])));
            }
        }
        return new Int8Codes(scales, codes, count);
    }

    /** Codes as {@link #codes()} gave them, with their scales. */
    public static Int8Codes read(float[] scales, ByteBuffer source, int count) {
        byte[] codes = new byte[Math.multiplyExact(count, scales.length)];
        source.get(codes);
        return new Int8Codes(scales.clone(), codes, count);
    }

    public int dimension() {
        return scales.length;
    }

    public int size() {
        return size;
    }

    /** A copy: what one step of each dimension is worth. */
    public float[] scales() {
        return scales.clone();
    }

    /** Row after row; a read-only view. */
    public ByteBuffer codes() {
        return ByteBuffer.wrap(codes).asReadOnlyBuffer();
    }

    /** Bytes on the heap. */
    public long bytes() {
        return codes.length + (long) scales.length * Float.BYTES;
    }

    byte[] array() {
        return codes;
    }

    /** The query times the scales, for products with the bytes. */
    float[] query(float[] query) {
        float[] scaled = new float[scales.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = query[i] * scales[i];
        }
        return scaled;
    }

    /** A row as a query. */
    float[] query(int ordinal) {
        float[] scaled = new float[scales.length];
        int at = ordinal * scales.length;
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = codes[at + i] * scales[i] * scales[i];
        }
        return scaled;
    }
}
