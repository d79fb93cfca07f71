package io.arkestra;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.TurnId;
import io.arkestra.memory.Memory;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Origin;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a turn taught, as the memory has it when somebody asks: also what was learned after the turn, and what replaced it since. */
final class LearnedStep {
    private final Memory memory;
    private final Scope scope;

    LearnedStep(Memory memory, Scope scope) {
        this.memory = memory;
        this.scope = scope;
    }

    /** Empty when nothing was learned from the turn's message, or the memory cannot tell. */
    Optional<Explanation.Step> of(TurnId turn) {
        String message = turn.value() + "-0";
        try {
            return of(message, memory.learnedFrom(scope, message));
        } catch (ArkestraException e) {
            return Optional.empty();
        }
    }

    private Optional<Explanation.Step> of(String message, List<MemoryRecord> records) {
        if (records.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Explanation.Step(
                "learned",
                records.size() + (records.size() == 1 ? " memory" : " memories") + " from message " + message,
                Json.object()
                        .put(
                                "memories",
                                Json.array(records.stream().map(this::json).toList()))
                        .build(),
                Duration.ZERO));
    }

    private Json json(MemoryRecord record) {
        Json.ObjectBuilder json = Json.object()
                .put("id", record.id())
                .put("kind", record.kind().name().toLowerCase(Locale.ROOT))
                .put("text", record.text())
                .put("by", record.origin() == Origin.USER ? "the user's words" : "a model's proposal")
                .put("current", record.isCurrent());
        replaced(record).ifPresent(old -> json.put("replaces", old.id()).put("was", old.text()));
        return json.build();
    }

    /** What stood there before; the history is the newest first. */
    private Optional<MemoryRecord> replaced(MemoryRecord record) {
        List<MemoryRecord> history = memory.history(scope, record.id());
        for (int i = 0; i + 1 < history.size(); i++) {
            if (history.get(i).id().equals(record.id())) {
                return Optional.of(history.get(i + 1));
            }
        }
        return Optional.empty();
    }
}
