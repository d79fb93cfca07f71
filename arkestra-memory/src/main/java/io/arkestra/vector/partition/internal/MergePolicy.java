package io.arkestra.vector.partition.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which segments are to be merged next. Sizes stay geometric: a segment is taken when the smaller ones together have a given fraction of
 * its rows, so few segments exist at any time and each row is rewritten a logarithmic number of times. A partition too small for a graph
 * is one segment.
 */
final class MergePolicy {
    private MergePolicy() {}

    /**
     * @param most rows that one build may take
     * @param everyDead whether also those with a single dead row are rewritten
     * @return what to make one segment of; empty when nothing is due
     */
    static List<SegmentPart> choose(List<SegmentPart> parts, PartitionTuning tuning, long most, boolean everyDead) {
        // Segments of dead rows alone are dropped by the next save.
        List<SegmentPart> ascending = parts.stream()
                .filter(part -> part.liveCount() > 0)
                .sorted(Comparator.comparingInt(SegmentPart::liveCount)
                        .thenComparing(part -> part.segment().name()))
                .toList();
        Set<SegmentPart> chosen = new LinkedHashSet<>(ascending.subList(0, prefix(ascending, tuning.ratio())));
        if (live(ascending) <= tuning.graphRows() && ascending.size() > 1) {
            // So few are scanned, and one scan costs less than several.
            chosen.addAll(ascending);
        }
        crowd(ascending, false, tuning.segments(), chosen);
        crowd(ascending, true, tuning.segments(), chosen);
        for (SegmentPart part : ascending) {
            boolean dead = everyDead ? part.dead() > 0 : part.dead() > tuning.deadShare() * part.count();
            boolean lacksGraph = !part.segment().hasGraph() && part.liveCount() > tuning.graphRows();
            if (dead || lacksGraph && part.liveCount() <= most) {
                chosen.add(part);
            }
        }
        return limited(chosen, most, tuning, everyDead);
    }

    private static long live(List<SegmentPart> parts) {
        return parts.stream().mapToLong(SegmentPart::liveCount).sum();
    }

    /** How many of the smallest are merged because the last of them is not large against the others. */
    private static int prefix(List<SegmentPart> ascending, int ratio) {
        int count = 0;
        long sum = 0;
        for (int i = 0; i < ascending.size(); i++) {
            long rows = ascending.get(i).liveCount();
            if (i > 0 && rows <= ratio * sum) {
                count = i + 1;
            }
            sum += rows;
        }
        return count;
    }

    /** When there are too many of a form, the smallest ones become one. */
    private static void crowd(List<SegmentPart> ascending, boolean graph, int most, Set<SegmentPart> chosen) {
        List<SegmentPart> form = ascending.stream()
                .filter(part -> part.segment().hasGraph() == graph)
                .toList();
        if (form.size() > most) {
            chosen.addAll(form.subList(0, form.size() - most + 1));
        }
    }

    /** As many of the smallest as one build may take; a single one only when there is a reason of its own to rewrite it. */
    private static List<SegmentPart> limited(
            Set<SegmentPart> chosen, long most, PartitionTuning tuning, boolean everyDead) {
        List<SegmentPart> ascending = new ArrayList<>(chosen);
        ascending.sort(Comparator.comparingInt(SegmentPart::liveCount));
        List<SegmentPart> fitting = new ArrayList<>();
        long sum = 0;
        for (SegmentPart part : ascending) {
            if (fitting.isEmpty() || sum + part.liveCount() <= most) {
                fitting.add(part);
                sum += part.liveCount();
            }
        }
        if (fitting.size() == 1) {
            SegmentPart only = fitting.get(0);
            boolean dead = everyDead ? only.dead() > 0 : only.dead() > tuning.deadShare() * only.count();
            boolean lacksGraph =
                    !only.segment().hasGraph() && only.liveCount() > tuning.graphRows() && only.liveCount() <= most;
            return dead || lacksGraph ? fitting : List.of();
        }
        return fitting;
    }
}
