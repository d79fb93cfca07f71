package io.arkestra.vector.partition.internal;

/**
 * The sizes at which a partition changes its form. Tests use smaller ones.
 *
 * @param sealRows rows of the delta that become a segment
 * @param graphRows live rows of a segment from which on it gets a graph; below, a scan is as fast
 * @param ratio a segment is merged with smaller ones that together have at least this fraction (1 / ratio) of its rows
 * @param segments most segments of one form: as many with a graph, as many without
 * @param deadShare of a segment's rows, above which it is rewritten
 * @param buildBytes heap that all builds together may take
 */
record PartitionTuning(int sealRows, int graphRows, int ratio, int segments, double deadShare, long buildBytes) {
    static PartitionTuning standard() {
        return new PartitionTuning(
                16_384, 20_000, 4, 4, 0.25, Runtime.getRuntime().maxMemory() / 3);
    }
}
