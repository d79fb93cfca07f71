package io.arkestra.memory.recall.internal;

import io.arkestra.common.Taint;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.Passage;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A text that may be recalled.
 *
 * @param key its key in the indexes
 * @param session of a message; empty for a memory
 * @param turn of a message; empty for a memory
 * @param ordinal of a message within its session
 * @param memory the memory that it is; null for a message
 * @param taints untrusted sources whose words are in it
 */
record Candidate(
        String key,
        String id,
        Passage.Kind kind,
        String text,
        String speaker,
        Origin origin,
        Instant at,
        String session,
        String turn,
        long ordinal,
        @Nullable MemoryRecord memory,
        Set<Taint> taints) {

    static Candidate of(Message message) {
        return new Candidate(
                IndexTexts.messageKey(message.id()),
                message.id(),
                Passage.Kind.MESSAGE,
                message.text(),
                message.speaker(),
                message.origin(),
                message.at(),
                message.session().value(),
                message.turn().value(),
                message.ordinal(),
                null,
                message.taints());
    }

    static Candidate of(MemoryRecord memory, String speaker) {
        Passage.Kind kind = switch (memory.kind()) {
            case FACT -> Passage.Kind.FACT;
            case SUMMARY -> Passage.Kind.SUMMARY;
            default -> Passage.Kind.NOTE;
        };
        return new Candidate(
                IndexTexts.memoryKey(memory.id()),
                memory.id(),
                kind,
                memory.text(),
                speaker,
                memory.origin(),
                memory.at(),
                "",
                "",
                0,
                memory,
                memory.taints());
    }

    boolean isMemory() {
        return memory != null;
    }

    @Nullable
    String source() {
        return memory == null ? null : memory.source().orElse(null);
    }

    Passage.Builder passage(double score, Map<String, Double> parts) {
        Passage.Builder passage = Passage.builder(id, kind, text, at)
                .speaker(speaker)
                .origin(origin)
                .taints(taints)
                .score(score, parts);
        String source = source();
        if (source != null) {
            passage.source(source);
        }
        if (memory != null) {
            memory.validTo().ifPresent(passage::until);
        }
        return passage;
    }
}
