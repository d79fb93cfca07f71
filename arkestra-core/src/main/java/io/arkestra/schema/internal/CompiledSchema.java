package io.arkestra.schema.internal;

import io.arkestra.common.Json;
import java.util.List;

/** A schema that was found sound and is ready to check values. Thread-safe. */
public interface CompiledSchema {
    /** The schema it was compiled from. */
    Json schema();

    /** What is wrong with a value, sorted by pointer; empty when it is valid. Never throws. */
    List<SchemaProblem> validate(Json value);
}
