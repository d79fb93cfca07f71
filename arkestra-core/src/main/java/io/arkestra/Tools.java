package io.arkestra;

import io.arkestra.common.Scope;
import io.arkestra.tool.ToolSelection;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tool.UsageGuide;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The tools of an engine. Whether one may run is the policy's decision at the time of the call. Thread-safe. */
public interface Tools {
    /** What tools there are, by name. */
    List<ToolSpec> all();

    /** Tools that are declared at run time. */
    DeclaredTools declared();

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
     * of them, and chains that failed and could not take back all that they did; the oldest first. {@link Arkestra#health} says when there
     * are any.
     */
    List<CallRecord> unfinished(Scope scope);

    /**
     * Takes the effect of a call back when nothing else changed meanwhile; otherwise the report names the conflict, and nothing is
     * overwritten. A chain is taken back whole or not at all. The policy is asked as for the call itself; that a person would have to agree
     * counts as agreed, because the user asks.
     *
     * @param callId {@link ToolUse#callId()} or {@link CallRecord#id()}
     */
    UndoReport undo(Scope scope, String callId);

    /**
     * A person has looked at a file or directory and vouches for what is in it now: that it was written while untrusted words had been seen
     * does not count any more, for anybody. Files in directories that the host does not trust stay what they are.
     *
     * @param scope who says so, for the audit
     * @param file need not be there any more
     * @return how many marks were taken off: of files, of directories, and of contents
     * @throws io.arkestra.common.ArkestraException when the audit cannot take down who vouches; no mark was taken off then
     */
    int vouch(Scope scope, Path file);

    /**
     * How to use the tool of this name: made by rules at once, refined by the junior in the background when it is a language model, with what
     * calls have shown. Does not wait.
     */
    Optional<UsageGuide> guide(String name);

    /**
     * The tools that fit a message best, of those that the policy, the platform, the project and the network leave in this scope.
     *
     * @param query what the user wants, as the user says it
     * @param most how many at most, 1 to 100
     * @throws io.arkestra.common.InvalidInputException when the query is blank or {@code most} is out of range
     */
    ToolSelection select(Scope scope, String query, int most);
}
