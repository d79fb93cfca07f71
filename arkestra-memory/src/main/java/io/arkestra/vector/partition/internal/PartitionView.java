package io.arkestra.vector.partition.internal;

import java.util.ArrayList;
import java.util.List;

/**
 * All parts of a partition at one moment: what a search sees. Immutable; every batch of changes publishes another one.
 *
 * @param segments on disk or, in memory, no longer changing
 * @param frozen deltas that are being sealed, oldest first
 * @param delta what comes in goes there
 */
record PartitionView(List<SegmentPart> segments, List<DeltaView> frozen, DeltaView delta) {
    PartitionView {
        segments = List.copyOf(segments);
        frozen = List.copyOf(frozen);
    }

    /** Those that hold anything, newest first. */
    List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        add(delta, parts);
        for (int i = frozen.size() - 1; i >= 0; i--) {
            add(frozen.get(i), parts);
        }
        segments.forEach(segment -> add(segment, parts));
        return parts;
    }

    private static void add(Part part, List<Part> parts) {
        if (part.liveCount() > 0) {
            parts.add(part);
        }
    }

    long live() {
        long live = delta.liveCount();
        for (Part part : frozen) {
            live += part.liveCount();
        }
        for (Part part : segments) {
            live += part.liveCount();
        }
        return live;
    }

    long rows() {
        long rows = delta.count();
        for (Part part : frozen) {
            rows += part.count();
        }
        for (Part part : segments) {
            rows += part.count();
        }
        return rows;
    }
}
