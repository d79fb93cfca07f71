package io.arkestra.tool.internal;

import io.arkestra.common.Json;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.ToolCall;
import java.util.List;

/** Finds out whether a person agrees to a call that the policy wants to be asked about. Thread-safe. */
public interface Approver {
    /** What came of it. */
    sealed interface Verdict {}

    /**
     * The call may be made now, exactly as it is.
     *
     * @param by for the audit: the id of the approval or of the remembered grant
     */
    record Agreed(String by) implements Verdict {}

    /** The call may not be made. */
    record Refused(String reason) implements Verdict {}

    /** A person wants other arguments: they go through schema and policy like new ones. */
    record Edited(String by, Json arguments) implements Verdict {}

    /** Nobody has answered yet; the call waits under this id, and the turn ends. */
    record Parked(String approval) implements Verdict {}

    /** May wait; a cancelled turn throws {@link io.arkestra.common.CancelledException}. */
    Verdict ask(ToolRunner.Place place, ToolCall call, Prepared prepared, Action action, Decision decision);

    /**
     * A call came to its end, whatever that is; told for every call, also for one that nobody was asked about.
     *
     * @param call id of the call, as {@code ToolCall.id()}
     */
    default void ended(ToolRunner.Place place, String call) {}

    /** A question is of no use any more: whoever agreed now would make a part of something that has failed. */
    default void withdrawn(ToolRunner.Place place, String approval) {}

    /** Tools whose calls nobody answered for in time, each told once. */
    default List<String> unanswered(UserId user, SessionId session) {
        return List.of();
    }

    /** Nobody is there to be asked. */
    static Approver nobody() {
        return (place, call, prepared, action, decision) ->
                new Refused("a person would have to agree, and nobody can be asked here");
    }
}
