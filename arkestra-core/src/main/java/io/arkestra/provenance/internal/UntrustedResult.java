package io.arkestra.provenance.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.memory.Citation;
import io.arkestra.memory.Passage;
import io.arkestra.policy.Trust;
import io.arkestra.tool.Artifact;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.util.Set;
import java.util.TreeSet;

/** A result as a prompt may have it: with the taints of its tool, and where it has any, without what hides in text. */
public final class UntrustedResult {
    private UntrustedResult() {}

    /** What a result says of itself, what its tool says of all results, and the tool itself when nobody vouches for it. */
    public static Set<Taint> sources(ToolSpec spec, Trust trust, Set<Taint> own) {
        Set<Taint> sources = new TreeSet<>(own);
        spec.untrusted()
                .filter(kind -> sources.stream().noneMatch(taint -> taint.isA(kind)))
                .ifPresent(kind -> sources.add(Taint.of(kind, spec.name())));
        if (trust == Trust.UNKNOWN) {
            sources.add(Taint.of("tool", spec.name()));
        }
        return sources;
    }

    public static ToolResult of(ToolSpec spec, Trust trust, ToolResult given) {
        Set<Taint> sources = sources(spec, trust, given.taints());
        if (sources.isEmpty()) {
            return given;
        }
        ToolResult result = ToolResult.of(SafeText.of(given.text()), safe(given.data()))
                .tainted(sources.toArray(Taint[]::new))
                .citing(given.sources().stream()
                        .map(passage -> safe(passage, sources))
                        .toList());
        if (given.shown().isPresent()) {
            result = result.showing(given.shown().get());
        }
        for (Artifact artifact : given.artifacts()) {
            result = result.with(artifact);
        }
        return result;
    }

    private static Passage safe(Passage passage, Set<Taint> taints) {
        Passage.Builder safe = Passage.builder(
                        SafeText.of(passage.id()), passage.kind(), SafeText.of(passage.text()), passage.at())
                .speaker(SafeText.of(passage.speaker()))
                .origin(passage.origin())
                .taints(passage.taints())
                .taints(taints);
        passage.source().map(SafeText::of).ifPresent(safe::source);
        passage.citation()
                .map(citation -> new Citation(
                        SafeText.of(citation.document()),
                        SafeText.of(citation.title()),
                        citation.start(),
                        citation.end(),
                        SafeText.of(citation.heading()),
                        citation.page(),
                        citation.lastPage(),
                        citation.line(),
                        citation.lastLine()))
                .ifPresent(safe::citation);
        return safe.build();
    }

    private static Json safe(Json value) {
        return switch (value.kind()) {
            case STRING -> Json.of(SafeText.of(value.asString()));
            case ARRAY ->
                Json.array(value.items().stream().map(UntrustedResult::safe).toList());
            case OBJECT -> {
                Json.ObjectBuilder object = Json.object();
                value.members().forEach((name, member) -> object.put(SafeText.of(name), safe(member)));
                yield object.build();
            }
            default -> value;
        };
    }
}
