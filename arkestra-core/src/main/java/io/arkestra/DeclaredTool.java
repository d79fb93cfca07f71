package io.arkestra;

import io.arkestra.common.Json;
import java.time.Instant;
import java.util.Objects;

/**
 * A tool that was declared at run time, in one version. Made by {@link DeclaredTools}.
 *
 * @param name of the tool
 * @param kind {@code http}, {@code command} or {@code chain}
 * @param version counts from 1
 * @param enabled whether it can be called; false for every version but the newest
 * @param pinned whether the host vouches for exactly this definition
 * @param digest of the definition
 * @param definition as it was given
 * @param at when it was given
 * @param problem why it cannot be used although it is enabled; empty when it can
 */
public record DeclaredTool(
        String name,
        String kind,
        long version,
        boolean enabled,
        boolean pinned,
        String digest,
        Json definition,
        Instant at,
        String problem) {
    public DeclaredTool {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(digest, "digest");
        Objects.requireNonNull(definition, "definition");
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(problem, "problem");
    }
}
