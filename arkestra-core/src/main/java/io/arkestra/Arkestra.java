package io.arkestra;

import io.arkestra.audit.Audit;
import io.arkestra.common.Health;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.event.EventBus;
import io.arkestra.guard.Guard;
import io.arkestra.learning.Learning;
import io.arkestra.memory.Memory;
import io.arkestra.neuro.Neuro;
import io.arkestra.policy.Approvals;
import io.arkestra.schedule.Deliveries;
import io.arkestra.schedule.JobQueue;
import io.arkestra.schedule.Reminders;
import io.arkestra.store.DocStore;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The assistant engine. Immutable and thread-safe; owns its threads and everything that it opened. One per home directory.
 *
 * <pre>{@code
 * try (Arkestra arkestra = Arkestra.builder().home(Path.of("data")).build()) {
 *     Reply reply = arkestra.session(UserId.of("alice")).ask("Remember that my car is a Volvo");
 * }
 * }</pre>
 */
public interface Arkestra extends AutoCloseable {
    /** Starts to assemble an engine. Without further choices it keeps everything in memory and runs on rules. */
    static ArkestraBuilder builder() {
        return new ArkestraBuilder();
    }

    /** Resumes the user's last conversation when it is less than half an hour old, else opens a new one. */
    Session session(UserId user);

    /** Resumes or opens the conversation with this id. */
    Session session(UserId user, SessionId session);

    /** The long-term memory of all users. */
    Memory memory();

    /** The tools that there are. Whether one may run is the policy's decision at the time of the call. */
    Tools tools();

    /** The language models that are used now, and the way to use others. */
    Models models();

    /** The reminders of all users, each seen only by its own. */
    Reminders schedule();

    /** Reminders that came due and were not shown yet. */
    Deliveries deliveries();

    /** Durable jobs, the engine's own ones included. */
    JobQueue jobs();

    /** Calls that wait for a person, the way to answer them, and approvals that are remembered. */
    Approvals approvals();

    /**
     * How the turn ends that goes on after an approval was answered whose own turn had ended. What it says is also among {@link #deliveries},
     * with the id {@code approval/} and that of the approval, for whoever does not wait.
     *
     * @return completes when that turn has ended; never when the approval is not answered, or was answered and settled in an earlier process
     */
    CompletionStage<Outcome> afterApproval(UserId user, String approval);

    /** Who did what, so that nobody can change it unseen. */
    Audit audit();

    /** What happens in the engine, as it happens. */
    EventBus events();

    /** Everything that is kept, of all users: for hosts that keep documents of their own beside it. */
    DocStore store();

    /** What texts pass on their way out. Replies have passed it; a host that shows memories by itself asks it. */
    Guard guard();

    /** The users as people: who there is, taking everything of one along, forgetting one. */
    People people();

    /** The mood towards each user, which turns move and answers sound by. */
    Neuro neuro();

    /** What feedback has taught about how to answer each user. */
    Learning learning();

    /** What is known about a user's wishes. */
    Profile profile(UserId user);

    /** Why a turn of the user went as it did; kept for 30 days. */
    Optional<Explanation> explain(Scope scope, TurnId turn);

    /** Does the nightly work now. */
    SleepReport sleep();

    /** A complete copy of the home's documents into a new file, while in use. */
    void backup(Path file);

    /** What does not work as well as it should, what that costs and how to mend it. */
    Health health();

    /** The effective wiring for people: which provider, from which jar, why; what is missing and what that costs. */
    String describe();

    /** Waits for running turns for a moment, then cancels them, and closes everything. Idempotent. */
    @Override
    void close();
}
