package io.arkestra.tool;

import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.memory.Passage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** What a tool gave back. Immutable. */
public final class ToolResult {
    private final String text;
    private final Json data;
    private final Set<Taint> taints;
    private final List<Artifact> artifacts;
    private final List<Passage> sources;

    private ToolResult(String text, Json data, Set<Taint> taints, List<Artifact> artifacts, List<Passage> sources) {
        this.text = Objects.requireNonNull(text, "text");
        this.data = Objects.requireNonNull(data, "data");
        this.taints = Collections.unmodifiableSet(new TreeSet<>(taints));
        this.artifacts = List.copyOf(artifacts);
        this.sources = List.copyOf(sources);
    }

    /** A result in words, which the model may pass on as they are. */
    public static ToolResult text(String text) {
        return new ToolResult(text, Json.emptyObject(), Set.of(), List.of(), List.of());
    }

    /** A result in words with the same as data. */
    public static ToolResult of(String text, Json data) {
        return new ToolResult(text, data, Set.of(), List.of(), List.of());
    }

    /** The same, holding words of an untrusted source: what a model makes of it is judged more strictly from then on. */
    public ToolResult tainted(Taint... sources) {
        Set<Taint> all = new TreeSet<>(taints);
        all.addAll(List.of(sources));
        return new ToolResult(text, data, all, artifacts, this.sources);
    }

    /** The same with a file that the call made. */
    public ToolResult with(Artifact artifact) {
        List<Artifact> all = new ArrayList<>(artifacts);
        all.add(artifact);
        return new ToolResult(text, data, taints, all, sources);
    }

    /**
     * The same, resting on these passages: a reply names them as its sources, as it does with what was recalled. A passage that stands in
     * a document says where by its citation. The engine keeps the first 50 of a result.
     */
    public ToolResult citing(Collection<Passage> passages) {
        List<Passage> all = new ArrayList<>(sources);
        all.addAll(passages);
        return new ToolResult(text, data, taints, artifacts, all);
    }

    public String text() {
        return text;
    }

    public Json data() {
        return data;
    }

    /** Untrusted sources whose words are in it; sorted. */
    public Set<Taint> taints() {
        return taints;
    }

    /** Files that the call made. */
    public List<Artifact> artifacts() {
        return artifacts;
    }

    /** What it rests on, in order. */
    public List<Passage> sources() {
        return sources;
    }
}
