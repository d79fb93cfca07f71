package io.arkestra;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What an export wrote.
 *
 * @param file the ZIP
 * @param documents how many documents of each collection, those without any left out
 * @param leftOut collections with documents that are not in it, because nobody declared them since the start
 */
public record ExportReport(Path file, Map<String, Long> documents, List<String> leftOut) {
    public ExportReport {
        documents = Map.copyOf(documents);
        leftOut = List.copyOf(leftOut);
    }

    public long total() {
        return documents.values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public String toString() {
        return total() + " documents of " + documents.size() + " collections are in " + file
                + (leftOut.isEmpty() ? "" : "; not those of " + String.join(", ", leftOut));
    }
}
