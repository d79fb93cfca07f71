package io.arkestra.vector.partition.internal;

import io.arkestra.vector.VectorFilter;
import io.arkestra.vector.VectorHit;
import io.arkestra.vector.VectorQuery;
import io.arkestra.vector.VectorQuery.Effort;
import io.arkestra.vector.VectorResult;
import io.arkestra.vector.search.internal.Found;
import io.arkestra.vector.search.internal.GraphSearch;
import io.arkestra.vector.search.internal.RowBits;
import io.arkestra.vector.search.internal.ScanSearch;
import io.arkestra.vector.search.internal.SearchRoom;
import io.arkestra.vector.search.internal.VectorKernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Searches the parts of a view one after the other and merges what they found by exact score. Each part is scanned or walked along its
 * graph, whatever is quicker for the rows that the filter leaves. Stateless.
 */
final class PartitionSearch {
    /** Below this share of a segment's rows a walk along the graph passes through more rows than a scan would look at. */
    private static final int GRAPH_SHARE = 4;

    private final VectorKernels kernels;
    private final PartitionTuning tuning;

    PartitionSearch(VectorKernels kernels, PartitionTuning tuning) {
        this.kernels = kernels;
        this.tuning = tuning;
    }

    /** @param query of length 1 */
    VectorResult search(PartitionView view, VectorQuery asked, float[] query, SearchRoom room) {
        List<Part> parts = view.parts();
        List<VectorHit> hits = new ArrayList<>();
        for (Part part : parts) {
            asked.cancel().throwIfCancelled();
            RowBits accept = accept(part, asked.filter());
            int accepted = accept == part.live() ? part.liveCount() : accept.count();
            if (accepted > 0) {
                collect(part, asked, query, accept, accepted, room, hits);
            }
        }
        asked.cancel().throwIfCancelled();
        hits.sort(Comparator.comparingDouble(VectorHit::score).reversed().thenComparing(VectorHit::id));
        Moments moments = Moments.of(parts, query);
        return VectorResult.of(
                hits.subList(0, Math.min(asked.limit(), hits.size())), moments.mean(), moments.deviation());
    }

    private void collect(
            Part part,
            VectorQuery asked,
            float[] query,
            RowBits accept,
            int accepted,
            SearchRoom room,
            List<VectorHit> hits) {
        int[] ordinals = ordinals(part, asked, query, accept, accepted, room);
        // Scored once more and all in the same way: equal vectors have equal scores wherever they are kept.
        float[] scores = ScanSearch.scores(part.rows(), query, ordinals);
        for (int i = 0; i < ordinals.length; i++) {
            double score = Math.max(-1, Math.min(1, scores[i]));
            if (score >= asked.minimum()) {
                hits.add(VectorHit.of(part.id(ordinals[i]), score));
            }
        }
    }

    private int[] ordinals(Part part, VectorQuery asked, float[] query, RowBits accept, int accepted, SearchRoom room) {
        int limit = asked.limit();
        boolean walk = asked.effort() != Effort.EXACT
                && part.graph().isPresent()
                && accepted >= tuning.graphRows()
                && (long) accepted * GRAPH_SHARE >= part.count();
        if (walk) {
            Found found = walk(part, asked, query, accept, room);
            if (found.size() >= Math.min(limit, accepted)) {
                return ordinals(found, found.size());
            }
        }
        Effort effort = part.coded() ? asked.effort() : Effort.EXACT;
        // One more than wanted tells whether the last place is shared.
        Found found = scan(part, query, limit + 1, effort, accept, accepted, room);
        if (found.size() > limit && found.score(limit - 1) == found.score(limit)) {
            return shared(part, query, limit, found, accept);
        }
        return ordinals(found, Math.min(limit, found.size()));
    }

    private Found walk(Part part, VectorQuery asked, float[] query, RowBits accept, SearchRoom room) {
        return part.bytes8().isPresent()
                ? GraphSearch.search(
                        part.graph().orElseThrow(),
                        part.bytes8().get(),
                        part.rows(),
                        kernels,
                        query,
                        asked.limit(),
                        asked.effort(),
                        accept,
                        room)
                : GraphSearch.search(
                        part.graph().orElseThrow(),
                        part.codes(),
                        part.rows(),
                        query,
                        asked.limit(),
                        asked.effort(),
                        accept,
                        room);
    }

    private static Found scan(
            Part part, float[] query, int limit, Effort effort, RowBits accept, int accepted, SearchRoom room) {
        return (long) accepted * GRAPH_SHARE < part.count()
                ? ScanSearch.search(
                        part.codes(), part.rows(), query, limit, effort, accept.toOrdinals(), accepted, room)
                : ScanSearch.search(part.codes(), part.rows(), query, limit, effort, accept, room);
    }

    /** Of the rows that share the last place, which may be many copies of one text, those with the smallest ids. */
    private static int[] shared(Part part, float[] query, int limit, Found found, RowBits accept) {
        float last = found.score(limit - 1);
        int better = 0;
        while (found.score(better) > last) {
            better++;
        }
        int[] all = accept.toOrdinals();
        float[] scores = ScanSearch.scores(part.rows(), query, all);
        int[] tied = new int[all.length];
        int count = 0;
        for (int i = 0; i < all.length; i++) {
            if (scores[i] == last) {
                tied[count++] = all[i];
            }
        }
        int[] chosen = Arrays.stream(Arrays.copyOf(tied, count))
                .boxed()
                .sorted(Comparator.comparing(part::id))
                .limit(limit - better)
                .mapToInt(Integer::intValue)
                .toArray();
        int[] ordinals = Arrays.copyOf(ordinals(found, better), better + chosen.length);
        System.arraycopy(chosen, 0, ordinals, better, chosen.length);
        return ordinals;
    }

    private static int[] ordinals(Found found, int count) {
        int[] ordinals = new int[count];
        Arrays.setAll(ordinals, found::ordinal);
        return ordinals;
    }

    /** The rows that live and pass the filter; the part's own bits when all that live do. */
    private static RowBits accept(Part part, VectorFilter filter) {
        if (filter instanceof VectorFilter.Ids few) {
            RowBits accept = RowBits.none(part.count());
            for (String id : few.ids()) {
                int ordinal = part.find(id);
                if (ordinal >= 0) {
                    accept.set(ordinal);
                }
            }
            return accept;
        }
        if (filter instanceof VectorFilter.Where where) {
            RowBits accept = RowBits.none(part.count());
            for (int ordinal : part.live().toOrdinals()) {
                if (where.test().test(part.id(ordinal))) {
                    accept.set(ordinal);
                }
            }
            return accept;
        }
        if (filter instanceof VectorFilter.All) {
            return part.live();
        }
        throw new io.arkestra.common.InvalidInputException("The vector index 'arkestra' does not know the filter "
                + filter.getClass().getSimpleName() + "; it knows All, Ids and Where");
    }
}
