package io.arkestra;

import io.arkestra.common.TurnId;
import io.arkestra.llm.Usage;
import io.arkestra.tool.Artifact;
import java.util.List;
import java.util.Objects;

/** What the assistant answered. Immutable. */
public final class Reply {
    private final TurnId turn;
    private final Outcome.Kind outcome;
    private final String text;
    private final List<Source> sources;
    private final List<ToolUse> toolUses;
    private final List<CallPreview> previews;
    private final List<String> pendingApprovals;
    private final Usage usage;

    Reply(
            TurnId turn,
            Outcome.Kind outcome,
            String text,
            List<Source> sources,
            List<ToolUse> toolUses,
            List<CallPreview> previews,
            List<String> pendingApprovals,
            Usage usage) {
        this.turn = Objects.requireNonNull(turn, "turn");
        this.outcome = Objects.requireNonNull(outcome, "outcome");
        this.text = Objects.requireNonNull(text, "text");
        this.sources = List.copyOf(sources);
        this.toolUses = List.copyOf(toolUses);
        this.previews = List.copyOf(previews);
        this.pendingApprovals = List.copyOf(pendingApprovals);
        this.usage = usage;
    }

    /** Id of the turn, for {@link Arkestra#explain} and feedback. */
    public TurnId turn() {
        return turn;
    }

    /** How the turn ended. */
    public Outcome.Kind outcome() {
        return outcome;
    }

    /** The text, after the guard. */
    public String text() {
        return text;
    }

    /**
     * What the text is based on: what was recalled, as far as the model cites it, and what tools found in this turn (documents, projects,
     * memories), all of it unless the model cites some of it. Empty when it is based on nothing of the kind.
     */
    public List<Source> sources() {
        return sources;
    }

    /** Tool calls that were asked for, in order. */
    public List<ToolUse> toolUses() {
        return toolUses;
    }

    /** Files that the calls made, in order. */
    public List<Artifact> artifacts() {
        return toolUses.stream().flatMap(use -> use.artifacts().stream()).toList();
    }

    /** After {@link TurnRequest#dryRun}: calls that would have been made, in order, with what they would have done. */
    public List<CallPreview> previews() {
        return previews;
    }

    /** Ids of approvals that the turn waits for; empty unless it ended with {@link Outcome.Kind#NEEDS_APPROVAL}. */
    public List<String> pendingApprovals() {
        return pendingApprovals;
    }

    /** Tokens that the turn took. */
    public Usage usage() {
        return usage;
    }

    @Override
    public String toString() {
        return "Reply[" + turn + " " + outcome + ", " + text.length() + " characters]";
    }
}
