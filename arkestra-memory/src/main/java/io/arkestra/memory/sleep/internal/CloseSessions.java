package io.arkestra.memory.sleep.internal;

import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.memory.SessionEnd;
import io.arkestra.memory.record.internal.Learned;
import io.arkestra.memory.session.internal.SessionLife;
import io.arkestra.store.DocStore;
import io.arkestra.store.Owner;
import java.util.List;

/**
 * Takes in what was said since the conversation was last taken in; summaries and facts by rules come with that. Conversations that go
 * on are taken in too, so that what was told a minute before a sleep is not left for the next one: what comes later ends them again.
 */
public final class CloseSessions implements SleepStep {
    private static final int PAGE = 50;

    private final DocStore store;
    private final SessionLife sessions;

    public CloseSessions(DocStore store, SessionLife sessions) {
        this.store = store;
        this.sessions = sessions;
    }

    @Override
    public String name() {
        return "close-sessions";
    }

    @Override
    public long run(UserId user, SleepRun run) {
        Scope scope = Scope.of(user);
        for (String session : sessions.mend(Owner.of(user))) {
            run.damaged(session, "what was known of this conversation cannot be read; it counts as taken in");
        }
        long closed = 0;
        while (true) {
            List<SessionId> open = sessions.open(scope, store.now().plusMillis(1), PAGE);
            long before = closed;
            for (SessionId session : open) {
                run.checkpoint();
                SessionLife.Ended ended = sessions.conclude(scope, session, SessionEnd.IDLE);
                if (!ended.changed()) {
                    sessions.settle(scope, session);
                    continue;
                }
                closed++;
                run.count("sessions", 1);
                ended.summary().ifPresent(summary -> run.did("summaries", summary.id(), "conversation " + session));
                ended.facts().forEach(id -> run.did("facts", id, "said by the user, found by rules"));
                for (Learned.Refusal refusal : ended.refusals()) {
                    run.did("refused", refusal.source(), refusal.reason());
                }
            }
            if (open.size() < PAGE || closed == before) {
                return closed;
            }
        }
    }
}
