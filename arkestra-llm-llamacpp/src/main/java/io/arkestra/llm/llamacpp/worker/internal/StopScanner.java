package io.arkestra.llm.llamacpp.worker.internal;

import java.util.List;

/** Ends a text before the first of some stop texts, however it is cut into pieces. Not thread-safe. */
final class StopScanner {
    private final List<String> stops;
    private String held = "";
    private boolean stopped;

    StopScanner(List<String> stops) {
        this.stops = stops.stream().filter(stop -> !stop.isEmpty()).toList();
    }

    /** What may be shown after this piece: nothing that could be the beginning of a stop text. */
    String feed(String piece) {
        if (stopped) {
            return "";
        }
        String text = held + piece;
        int end = -1;
        for (String stop : stops) {
            int at = text.indexOf(stop);
            if (at >= 0 && (end < 0 || at < end)) {
                end = at;
            }
        }
        stopped = end >= 0;
        if (end < 0) {
            end = text.length() - beginning(text);
        }
        held = stopped ? "" : text.substring(end);
        return text.substring(0, end);
    }

    /** What was held back and turned out to be no stop text. */
    String rest() {
        String rest = held;
        held = "";
        return rest;
    }

    boolean stopped() {
        return stopped;
    }

    /** Length of the longest end of the text with which a stop text begins. */
    private int beginning(String text) {
        int longest = 0;
        for (String stop : stops) {
            for (int length = Math.min(stop.length() - 1, text.length()); length > longest; length--) {
                if (text.endsWith(stop.substring(0, length))) {
                    longest = length;
                }
            }
        }
        return longest;
    }
}
