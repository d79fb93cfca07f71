package io.arkestra;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Budget;
import io.arkestra.common.ChannelId;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.ProjectId;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.turn.internal.TurnWishes;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A session of the engine: a view on it, without state of its own. */
final class EngineSession implements Session {
    private final Engine engine;
    private final UserId user;
    private final SessionId id;

    EngineSession(Engine engine, UserId user, SessionId id) {
        this.engine = engine;
        this.user = user;
        this.id = id;
    }

    @Override
    public SessionId id() {
        return id;
    }

    @Override
    public UserId user() {
        return user;
    }

    @Override
    public Reply ask(String message) {
        Outcome outcome = turn(message).start().await();
        if (outcome.kind() == Outcome.Kind.FAILED) {
            throw outcome.error().orElseGet(() -> new ArkestraException("engine.failed", "The turn failed"));
        }
        return outcome.reply();
    }

    @Override
    public TurnRequest turn(String message) {
        return new Request(engine.accept(message));
    }

    @Override
    public void feedback(TurnId turn, Feedback feedback) {
        engine.feedback(user, turn, feedback);
    }

    @Override
    public void env(String name, String value) {
        engine.tell(user, id, name, value);
    }

    private final class Request implements TurnRequest {
        private final String message;
        private Consumer<String> onText = text -> {};
        private @Nullable Budget budget;
        private Scope scope = Scope.of(user, id);
        private TurnWishes wishes = TurnWishes.NONE;
        private boolean started;

        Request(String message) {
            this.message = message;
        }

        @Override
        public TurnRequest onText(Consumer<String> listener) {
            onText = Objects.requireNonNull(listener, "listener");
            return this;
        }

        @Override
        public TurnRequest budget(Budget limits) {
            budget = Objects.requireNonNull(limits, "limits");
            return this;
        }

        @Override
        public TurnRequest channel(ChannelId channel) {
            scope = scope.withChannel(channel);
            return this;
        }

        @Override
        public TurnRequest project(ProjectId project) {
            scope = scope.withProject(project);
            return this;
        }

        @Override
        public TurnRequest adapt(String whom) {
            wishes = wishes.adaptedFor(whom);
            return this;
        }

        @Override
        public TurnRequest env(String name, String value) {
            wishes = wishes.withFact(name, value);
            return this;
        }

        @Override
        public TurnRequest participants(String... names) {
            wishes = wishes.withParticipants(List.of(names));
            return this;
        }

        @Override
        public TurnRequest dryRun() {
            wishes = wishes.rehearsing();
            return this;
        }

        @Override
        public TurnRequest autonomous() {
            wishes = wishes.goingOn(0);
            return this;
        }

        @Override
        public TurnRequest autonomous(int maxIterations) {
            if (maxIterations < 1) {
                throw new InvalidInputException(
                        "A turn gives at least one answer, but " + maxIterations + " were asked for");
            }
            wishes = wishes.goingOn(maxIterations);
            return this;
        }

        @Override
        public TurnRequest escalate(String reason) {
            wishes = wishes.escalatedFor(reason);
            return this;
        }

        @Override
        public Turn start() {
            if (started) {
                throw new IllegalStateException("A turn request is started once; make another one");
            }
            started = true;
            return engine.start(scope, id, message, wishes, budget, onText);
        }
    }
}
