package io.arkestra.memory.sleep.internal;

import io.arkestra.common.UserId;
import io.arkestra.memory.session.internal.SessionLife;
import io.arkestra.store.Owner;

/** Makes the user's portrait anew from what the steps before it left. */
public final class RenewState implements SleepStep {
    private final SessionLife sessions;

    public RenewState(SessionLife sessions) {
        this.sessions = sessions;
    }

    @Override
    public String name() {
        return "user-state";
    }

    @Override
    public long run(UserId user, SleepRun run) {
        boolean changed = sessions.renewState(Owner.of(user));
        run.count("states", changed ? 1 : 0);
        return changed ? 1 : 0;
    }
}
