package io.arkestra.memory.recall.internal;

import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.Passage;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A text that may be recalled.
 *
 * @param key its key in the index
 */
record Candidate(
        String key,
        String id,
        Passage.Kind kind,
        String text,
        String speaker,
        Origin origin,
        Instant at,
        @Nullable String source) {

    static Candidate of(Message message) {
        return new Candidate(
                IndexTexts.messageKey(message.id()),
                message.id(),
                Passage.Kind.MESSAGE,
                message.text(),
                message.speaker(),
                message.origin(),
                message.at(),
                null);
    }

    static Candidate of(MemoryRecord memory, String speaker) {
        return new Candidate(
                IndexTexts.memoryKey(memory.id()),
                memory.id(),
                memory.kind() == MemoryKind.FACT ? Passage.Kind.FACT : Passage.Kind.NOTE,
                memory.text(),
                speaker,
                memory.origin(),
                memory.at(),
                memory.source().orElse(null));
    }

    boolean isMemory() {
        return kind != Passage.Kind.MESSAGE;
    }

    Passage passage(double score, Map<String, Double> parts) {
        Passage.Builder passage = Passage.builder(id, kind, text, at)
                .speaker(speaker)
                .origin(origin)
                .score(score, parts);
        if (source != null) {
            passage.source(source);
        }
        return passage.build();
    }
}
