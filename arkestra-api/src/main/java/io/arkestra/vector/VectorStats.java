package io.arkestra.vector;

/**
 * What a partition holds. Use the factory: components that later releases add get their default there.
 *
 * @param live entries that can be found
 * @param dead rows of removed and replaced entries that are still there
 * @param segments immutable parts
 * @param graphs how many of them have a graph
 * @param residentBytes held in the heap
 * @param mappedBytes of files that are mapped and may be dropped from memory at any time
 * @param appliedSequence up to which the feed was applied
 * @param savedSequence up to which a restart finds it on disk; 0 when nothing is kept
 */
public record VectorStats(
        long live,
        long dead,
        int segments,
        int graphs,
        long residentBytes,
        long mappedBytes,
        long appliedSequence,
        long savedSequence) {
    public static VectorStats of(
            long live,
            long dead,
            int segments,
            int graphs,
            long residentBytes,
            long mappedBytes,
            long appliedSequence,
            long savedSequence) {
        return new VectorStats(
                live, dead, segments, graphs, residentBytes, mappedBytes, appliedSequence, savedSequence);
    }
}
