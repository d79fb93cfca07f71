package io.arkestra.vector.search.internal;

import io.arkestra.vector.VectorQuery.Effort;
import java.util.Arrays;

/**
 * Search along a frozen graph over int8 or one-bit codes, with the full vectors for the best. Stateless, like {@link ScanSearch}.
 *
 * <p>The beam is one sorted array of the best rows so far, each marked once its neighbours were looked at; the search ends when all are
 * marked. All unseen neighbours of a row are scored together, so that the waits for their codes overlap.
 */
public final class GraphSearch {
    private GraphSearch() {}

    /**
     * The best of the accepted rows, over int8 codes. Rows that are not accepted are passed through; below a quarter of the rows
     * {@link ScanSearch} is the better choice.
     *
     * @param query of length 1
     * @param accept of all rows of the graph
     */
    public static Found search(
            FrozenGraph graph,
            Int8Codes codes,
            RowSource rows,
            VectorKernels kernels,
            float[] query,
            int limit,
            Effort effort,
            RowBits accept,
            SearchRoom room) {
        int beam = beam(effort, limit, graph.size(), 1);
        return search(graph, codes, rows, kernels, query, limit, beam, Math.max(30, 2 * limit), accept, room);
    }

    /** The same over one-bit codes. */
    public static Found search(
            FrozenGraph graph,
            OneBitCodes codes,
            RowSource rows,
            float[] query,
            int limit,
            Effort effort,
            RowBits accept,
            SearchRoom room) {
        int beam = beam(effort, limit, graph.size(), coarseness(rows.dimension()));
        return search(graph, codes, rows, query, limit, beam, beam, accept, room);
    }

    /**
     * With a beam of one's own choice.
     *
     * @param beam how many candidates are kept
     * @param exact how many of the best of them are compared in full precision
     */
    public static Found search(
            FrozenGraph graph,
            Int8Codes codes,
            RowSource rows,
            VectorKernels kernels,
            float[] query,
            int limit,
            int beam,
            int exact,
            RowBits accept,
            SearchRoom room) {
        Scores scores = new Int8Scores(codes.array(), codes.query(query), kernels);
        return search(graph, scores, rows, query, limit, beam, exact, accept, room);
    }

    /** The same over one-bit codes. */
    public static Found search(
            FrozenGraph graph,
            OneBitCodes codes,
            RowSource rows,
            float[] query,
            int limit,
            int beam,
            int exact,
            RowBits accept,
            SearchRoom room) {
        Scores scores = new OneBitScores(codes, codes.book().query(query));
        return search(graph, scores, rows, query, limit, beam, exact, accept, room);
    }

    /** One bit a dimension says the less, the fewer dimensions there are; at 384 a beam has to be 1.7 times as wide. */
    private static double coarseness(int dimension) {
        return 1.7 * Math.max(1, Math.sqrt(384.0 / dimension));
    }

    /**
     * As wide as the recall of the effort needs on embedded sentences, and a fifth to a half wider: measured with 20 thousand and 100
     * thousand rows of 384 dimensions.
     */
    private static int beam(Effort effort, int limit, int size, double coarseness) {
        double growth = Math.max(1, 1 + 0.5 * Math.log10(size / 20_000.0));
        double base = switch (effort) {
            case FAST -> 25;
            case BALANCED -> 42;
            case HIGH -> 125;
            case EXACT -> size;
        };
        return (int) Math.min(size, growth * coarseness * base * Math.max(1, limit / 10.0));
    }

    private static Found search(
            FrozenGraph graph,
            Scores scores,
            RowSource rows,
            float[] query,
            int limit,
            int beam,
            int exact,
            RowBits accept,
            SearchRoom room) {
        int size = graph.size();
        int accepted = accept.count();
        if (accepted == 0) {
            return Found.NONE;
        }
        int width = (int) Math.min(size, (long) Math.max(beam, limit) * size / accepted);
        int count = walk(graph, scores, width, room);
        int[] chosen = room.ordinals;
        int wanted = Math.min(Math.max(exact, limit), width);
        chosen = room.ordinals(Math.max(graph.degree(), wanted + graph.orphanArray().length));
        int left = 0;
        for (int i = 0; i < count && left < wanted; i++) {
            int ordinal = (int) room.beam[i] >>> 1;
            if (accept.get(ordinal)) {
                chosen[left++] = ordinal;
            }
        }
        for (int orphan : graph.orphanArray()) {
            if (accept.get(orphan)) {
                chosen[left++] = orphan;
            }
        }
        return ScanSearch.exact(rows, query, limit, chosen, left, room);
    }

    /** Fills the room's beam with the best rows, best first, and says how many they are. */
    private static int walk(FrozenGraph graph, Scores scores, int width, SearchRoom room) {
        int size = graph.size();
        int degree = graph.degree();
        int[] neighbours = graph.array();
        if (room.beam.length < width) {
            room.beam = new long[width];
        }
        int words = size + 63 >>> 6;
        if (room.visited.length < words) {
            room.visited = new long[words];
        } else {
            Arrays.fill(room.visited, 0, words, 0);
        }
        long[] beam = room.beam;
        long[] visited = room.visited;
        int[] entries = graph.entryArray();
        int[] batch = room.ordinals(Math.max(degree, entries.length));
        float[] values = room.scores(batch.length);
        int count = 0;
        int kept = 0;
        int next = 0;
        for (int entry : entries) {
            visited[entry >>> 6] |= 1L << entry;
            batch[count++] = entry;
        }
        while (true) {
            scores.score(batch, count, values);
            int first = kept;
            for (int i = 0; i < count; i++) {
                long packed = pack(values[i], batch[i]);
                if (kept == width && packed < beam[kept - 1]) {
                    continue;
                }
                int at = place(beam, kept, packed);
                int moved = kept < width ? kept++ - at : kept - 1 - at;
                System.arraycopy(beam, at, beam, at + 1, moved);
                beam[at] = packed;
                first = Math.min(first, at);
            }
            next = Math.min(next, first);
            while (next < kept && (beam[next] & 1) != 0) {
                next++;
            }
            if (next == kept) {
                return kept;
            }
            int from = ((int) beam[next] >>> 1) * degree;
            beam[next++] |= 1;
            count = 0;
            for (int i = from; i < from + degree; i++) {
                int neighbour = neighbours[i];
                if (neighbour < 0) {
                    break;
                }
                long bit = 1L << neighbour;
                if ((visited[neighbour >>> 6] & bit) == 0) {
                    visited[neighbour >>> 6] |= bit;
                    batch[count++] = neighbour;
                }
            }
        }
    }

    /** Score, ordinal, and the mark of a row whose neighbours were looked at in the lowest bit. */
    private static long pack(float score, int ordinal) {
        int bits = Float.floatToRawIntBits(score);
        return (long) (bits ^ bits >> 31 & 0x7fffffff) << 32 | (ordinal << 1) & 0xffffffffL;
    }

    private static int place(long[] beam, int kept, long packed) {
        int low = 0;
        int high = kept;
        while (low < high) {
            int middle = low + high >>> 1;
            if (beam[middle] > packed) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Scores of rows by their codes. */
    private interface Scores {
        void score(int[] ordinals, int count, float[] scores);
    }

    private record Int8Scores(byte[] codes, float[] query, VectorKernels kernels) implements Scores {
        @Override
        public void score(int[] ordinals, int count, float[] scores) {
            kernels.dotsOfCodes(query, codes, ordinals, count, scores);
        }
    }

    private record OneBitScores(OneBitCodes codes, BitQuery query) implements Scores {
        @Override
        public void score(int[] ordinals, int count, float[] scores) {
            codes.estimates(query, ordinals, count, scores);
        }
    }
}
