package io.arkestra.tool;

import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.memory.Passage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a tool gave back. Immutable. */
public final class ToolResult {
    private final String text;
    private final Json data;
    private final Set<Taint> taints;
    private final List<Artifact> artifacts;
    private final List<Passage> sources;
    private final Optional<List<Target>> shown;

    private ToolResult(
            String text,
            Json data,
            Set<Taint> taints,
            List<Artifact> artifacts,
            List<Passage> sources,
            Optional<List<Target>> shown) {
        this.text = Objects.requireNonNull(text, "text");
        this.data = Objects.requireNonNull(data, "data");
        this.taints = Collections.unmodifiableSet(new TreeSet<>(taints));
        this.artifacts = List.copyOf(artifacts);
        this.sources = List.copyOf(sources);
        this.shown = shown.map(List::copyOf);
    }

    /** A result in words, which the model may pass on as they are. */
    public static ToolResult text(String text) {
        return new ToolResult(text, Json.emptyObject(), Set.of(), List.of(), List.of(), Optional.empty());
    }

    /** A result in words with the same as data. */
    public static ToolResult of(String text, Json data) {
        return new ToolResult(text, data, Set.of(), List.of(), List.of(), Optional.empty());
    }

    /** The same, holding words of an untrusted source: what a model makes of it is judged more strictly from then on. */
    public ToolResult tainted(Taint... sources) {
        Set<Taint> all = new TreeSet<>(taints);
        all.addAll(List.of(sources));
        return new ToolResult(text, data, all, artifacts, this.sources, shown);
    }

    /** The same with a file that the call made. */
    public ToolResult with(Artifact artifact) {
        List<Artifact> all = new ArrayList<>(artifacts);
        all.add(artifact);
        return new ToolResult(text, data, taints, all, sources, shown);
    }

    /**
     * The same, resting on these passages: a reply names them as its sources, as it does with what was recalled. A passage that stands in
     * a document says where by its citation. The engine keeps the first 50 of a result.
     */
    public ToolResult citing(Collection<Passage> passages) {
        List<Passage> all = new ArrayList<>(sources);
        all.addAll(passages);
        return new ToolResult(text, data, taints, artifacts, all, shown);
    }

    /**
     * The same, saying of which files its words are: it carries what is known about where the words of these came from, and not of all that
     * the call touched. With none it holds no words of any.
     */
    public ToolResult showing(Collection<Target> targets) {
        return new ToolResult(text, data, taints, artifacts, sources, Optional.of(List.copyOf(targets)));
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

    /** Of what its words are; empty when it does not say, which means of all that the call touched. */
    public Optional<List<Target>> shown() {
        return shown;
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
