package io.arkestra;

import io.arkestra.tool.Artifact;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A tool call that a reply rests on. Immutable. Two are equal when tool and status are. */
public final class ToolUse {
    private final String tool;
    private final String status;
    private final String callId;
    private final List<String> effects;
    private final String preview;
    private final List<Artifact> artifacts;

    /**
     * A use of which nothing more is known.
     *
     * @param tool name of the tool
     * @param status {@code ok}, or the code of the error
     */
    public ToolUse(String tool, String status) {
        this(tool, status, "", List.of(), "", List.of());
    }

    ToolUse(String tool, String status, String callId, List<String> effects, String preview, List<Artifact> artifacts) {
        this.tool = Objects.requireNonNull(tool, "tool");
        this.status = Objects.requireNonNull(status, "status");
        this.callId = Objects.requireNonNull(callId, "callId");
        this.effects = List.copyOf(effects);
        this.preview = Objects.requireNonNull(preview, "preview");
        this.artifacts = List.copyOf(artifacts);
    }

    /** Name of the tool. */
    public String tool() {
        return tool;
    }

    /**
     * {@code ok}, {@code denied}, {@code parked} when it waits for a person, {@code skipped}, or the code of the error; in a rehearsal
     * {@code would} or {@code would-ask}.
     */
    public String status() {
        return status;
    }

    /** Id of the call, for {@code Tools.undo}; empty when the tool does not exist. */
    public String callId() {
        return callId;
    }

    /** What it did or would do, one sentence for each change. */
    public List<String> effects() {
        return effects;
    }

    /** A longer view, for example a unified diff; may be empty. */
    public String preview() {
        return preview;
    }

    /** Files that it made. */
    public List<Artifact> artifacts() {
        return artifacts;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ToolUse that && tool.equals(that.tool) && status.equals(that.status);
    }

    @Override
    public int hashCode() {
        return Objects.hash(tool, status);
    }

    @Override
    public String toString() {
        return "ToolUse[" + tool + " " + status + "]";
    }
}
