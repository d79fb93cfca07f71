package io.arkestra.testkit;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Scope;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.tool.ArtifactWriter;
import io.arkestra.tool.ToolContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a tool is given, for tests: calls a tool without an engine. Immutable. */
public final class TestToolContext implements ToolContext {
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(1);

    private final Scope scope;
    private final @Nullable TurnId turn;
    private final Clock clock;
    private final Locale locale;
    private final Cancellation cancellation;
    private final Instant deadline;

    private final @Nullable ArtifactWriter artifacts;

    private TestToolContext(Builder builder) {
        this.artifacts = builder.artifacts;
        this.scope = builder.scope;
        this.turn = builder.turn;
        this.clock = builder.clock;
        this.locale = builder.locale;
        this.cancellation = builder.cancellation;
        this.deadline = builder.clock.instant().plus(builder.timeout);
    }

    /** Starts a context: user {@code test} in person, outside any turn, English, the system's clock in UTC, a minute's time. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Scope scope() {
        return scope;
    }

    @Override
    public Optional<TurnId> turn() {
        return Optional.ofNullable(turn);
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public Locale locale() {
        return locale;
    }

    @Override
    public Cancellation cancellation() {
        return cancellation;
    }

    @Override
    public Instant deadline() {
        return deadline;
    }

    @Override
    public ArtifactWriter artifacts() {
        return artifacts == null ? ToolContext.super.artifacts() : artifacts;
    }

    /** Builds {@link TestToolContext}. Not thread-safe. */
    public static final class Builder {
        private Scope scope = Scope.of(UserId.of("test"));
        private @Nullable TurnId turn;
        private Clock clock = Clock.systemUTC();
        private Locale locale = Locale.ENGLISH;
        private Cancellation cancellation = Cancellation.none();
        private Duration timeout = LONG_ENOUGH;
        private @Nullable ArtifactWriter artifacts;

        private Builder() {}

        public Builder scope(Scope value) {
            scope = Objects.requireNonNull(value, "value");
            return this;
        }

        public Builder turn(TurnId value) {
            turn = Objects.requireNonNull(value, "value");
            return this;
        }

        /** The clock, whose zone is the user's; see {@link ManualClock#withZone}. */
        public Builder clock(Clock value) {
            clock = Objects.requireNonNull(value, "value");
            return this;
        }

        public Builder locale(Locale value) {
            locale = Objects.requireNonNull(value, "value");
            return this;
        }

        public Builder cancellation(Cancellation value) {
            cancellation = Objects.requireNonNull(value, "value");
            return this;
        }

        /** How long after now, by the clock, the call is given up. */
        public Builder timeout(Duration value) {
            timeout = Objects.requireNonNull(value, "value");
            return this;
        }

        /** Where files are kept; refused unless set. */
        public Builder artifacts(ArtifactWriter value) {
            artifacts = Objects.requireNonNull(value, "value");
            return this;
        }

        public TestToolContext build() {
            return new TestToolContext(this);
        }
    }
}
