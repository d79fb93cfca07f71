package io.arkestra.llm.repair.internal;

import io.arkestra.common.Json;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What became of an answer: the document with the steps that led to it, or the reason why there is none. Immutable. */
public final class Repaired {
    private final @Nullable Json document;
    private final List<String> steps;
    private final String reason;

    private Repaired(@Nullable Json document, List<String> steps, String reason) {
        this.document = document;
        this.steps = List.copyOf(steps);
        this.reason = reason;
    }

    static Repaired document(Json document, List<String> steps) {
        return new Repaired(document, steps, "");
    }

    static Repaired refused(String reason, List<String> steps) {
        return new Repaired(null, steps, reason);
    }

    /** Valid against the schema. */
    public Optional<Json> document() {
        return Optional.ofNullable(document);
    }

    /** Short stable names of what was mended, in order, each once; empty when nothing was. */
    public List<String> steps() {
        return steps;
    }

    /** Why there is no document, in words that a model can act on; empty when there is one. */
    public String reason() {
        return reason;
    }

    /** Shows no text of the answer. */
    @Override
    public String toString() {
        return "Repaired[" + (document == null ? "refused" : "document") + ", " + steps + "]";
    }
}
