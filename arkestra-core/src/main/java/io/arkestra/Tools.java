package io.arkestra;

import io.arkestra.common.Scope;
import io.arkestra.tool.ToolSpec;
import java.util.List;
import java.util.Optional;

/** The tools of an engine. Whether one may run is the policy's decision at the time of the call. Thread-safe. */
public interface Tools {
    /** What tools there are, by name. */
    List<ToolSpec> all();

    /** The tool of this name. */
    Optional<ToolSpec> find(String name);

    /**
     * Calls with effects that were made for the user, the newest first. Kept for 30 days.
     *
     * @param limit 1 to 10,000
     * @throws io.arkestra.common.InvalidInputException when the limit is out of range
     */
    List<CallRecord> calls(Scope scope, int limit);

    /**
     * Calls of the user whose end nobody saw, because a process was killed while they were made, and of which the tool cannot tell what became
     * of them; the oldest first. {@link Arkestra#health} says when there are any.
     */
    List<CallRecord> unfinished(Scope scope);

    /**
     * Takes the effect of a call back when nothing else changed meanwhile; otherwise the report names the conflict, and nothing is
     * overwritten. The policy is asked as for the call itself; that a person would have to agree counts as agreed, because the user asks.
     *
     * @param callId {@link ToolUse#callId()} or {@link CallRecord#id()}
     */
    UndoReport undo(Scope scope, String callId);
}
