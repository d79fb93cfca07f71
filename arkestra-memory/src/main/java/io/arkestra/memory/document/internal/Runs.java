package io.arkestra.memory.document.internal;

import io.arkestra.common.Taint;
import io.arkestra.llm.TokenCount;
import io.arkestra.memory.Citation;
import io.arkestra.memory.DocumentInfo;
import io.arkestra.memory.Passage;
import io.arkestra.memory.RecallQuery;
import io.arkestra.memory.document.internal.DocumentSearch.Scored;
import io.arkestra.memory.record.internal.Chunk;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes passages of ranked chunks. Every document shows its best place before any shows a second one; chunks that stand next to a
 * place that is shown are joined to it, as far as there is room when all places have theirs.
 */
final class Runs {
    private static final Pattern OWN_HEADING = Pattern.compile("#{1,6}[ \\t]+(\\S[^\\n]{0,199})");

    private final RecallQuery query;
    private final List<Run> runs = new ArrayList<>();
    private long tokens;

    Runs(RecallQuery query) {
        this.query = query;
    }

    /** Neighbouring chunks. */
    private static final class Run {
        private final Scored best;
        private final Chunk core;
        private final TreeMap<Integer, Chunk> chunks = new TreeMap<>();

        Run(Scored best, Chunk core) {
            this.best = best;
            this.core = core;
            chunks.put(core.ordinal(), core);
        }

        boolean touches(Chunk chunk) {
            return core.document().equals(chunk.document())
                    && (chunk.ordinal() == chunks.firstKey() - 1 || chunk.ordinal() == chunks.lastKey() + 1);
        }

        /** The words of all, what overlaps once. */
        String text() {
            StringBuilder text = new StringBuilder();
            int end = start();
            for (Chunk chunk : chunks.values()) {
                if (chunk.end() > end) {
                    text.append(
                            chunk.text(),
                            Math.max(0, end - chunk.start()),
                            chunk.text().length());
                    end = chunk.end();
                }
            }
            return text.toString();
        }

        int start() {
            return chunks.firstEntry().getValue().start();
        }

        int end() {
            return chunks.lastEntry().getValue().end();
        }
    }

    /**
     * @param ranked best first
     * @param chunks by id, as far as they are there
     * @param documents by id
     */
    List<Passage> passages(List<Scored> ranked, Map<String, Chunk> chunks, Map<String, DocumentInfo> documents) {
        Set<String> shown = new HashSet<>();
        List<Scored> others = new ArrayList<>();
        for (Scored scored : ranked) {
            Chunk chunk = chunks.get(scored.id());
            if (chunk == null || !documents.containsKey(chunk.document())) {
                continue;
            }
            if (shown.contains(chunk.document())) {
                others.add(scored);
            } else if (begin(scored, chunk)) {
                shown.add(chunk.document());
            }
        }
        for (Scored scored : others) {
            Chunk chunk = chunks.get(scored.id());
            if (!join(chunk)) {
                begin(scored, chunk);
            }
        }
        runs.sort((a, b) -> Double.compare(b.best.score(), a.best.score()));
        return runs.stream()
                .map(run -> passage(run, documents.get(run.core.document())))
                .toList();
    }

    private boolean begin(Scored scored, Chunk chunk) {
        long cost = cost(chunk);
        if (runs.size() == query.limit() || !runs.isEmpty() && tokens + cost > query.tokenBudget()) {
            return false;
        }
        tokens += cost;
        runs.add(new Run(scored, chunk));
        return true;
    }

    private boolean join(Chunk chunk) {
        for (Run run : runs) {
            if (run.touches(chunk)) {
                long cost = cost(chunk);
                if (tokens + cost <= query.tokenBudget()) {
                    tokens += cost;
                    run.chunks.put(chunk.ordinal(), chunk);
                }
                return true;
            }
        }
        return false;
    }

    private static long cost(Chunk chunk) {
        return TokenCount.estimate(chunk.text()).tokens();
    }

    private static Passage passage(Run run, DocumentInfo document) {
        String text = run.text();
        String stripped = text.strip();
        int start = run.start() + text.indexOf(stripped);
        Citation citation = place(
                        Citation.of(document.id(), document.title(), start, start + stripped.length()),
                        run.chunks.firstEntry().getValue(),
                        text.substring(0, text.indexOf(stripped)),
                        stripped)
                .under(heading(run.core.heading(), stripped));
        return Passage.builder(run.core.id(), Passage.Kind.DOCUMENT, stripped, document.at())
                .speaker(document.title())
                .origin(document.origin())
                .taints(List.of(Taint.of("document", document.id())))
                .citation(citation)
                .score(run.best.score(), run.best.parts())
                .build();
    }

    private static Citation place(Citation citation, Chunk first, String before, String stripped) {
        Citation placed = citation;
        if (first.line() > 0) {
            int line = first.line() + count(before, '\n');
            placed = placed.inLines(line, line + count(stripped, '\n'));
        }
        if (first.page() > 0) {
            int page = first.page() + count(before, Places.FEED);
            placed = placed.onPages(page, page + count(stripped, Places.FEED));
        }
        return placed;
    }

    private static int count(String text, char wanted) {
        return Places.count(text, wanted, 0, text.length());
    }

    /** A passage that begins with a heading of its own stands below that one, too. */
    private static String heading(String above, String text) {
        Matcher own = OWN_HEADING.matcher(text);
        if (!own.lookingAt()) {
            return above;
        }
        return above.isEmpty() ? own.group(1) : above + " > " + own.group(1);
    }
}
