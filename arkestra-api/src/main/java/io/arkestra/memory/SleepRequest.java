package io.arkestra.memory;

import io.arkestra.common.Cancellation;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How the nightly work on memories is to be done. Immutable. */
public final class SleepRequest {
    private final @Nullable UserId user;
    private final @Nullable LlmClient model;
    private final Duration budget;
    private final int modelCalls;
    private final @Nullable Path export;
    private final Cancellation cancel;
    private final Consumer<SleepProgress> progress;

    private SleepRequest(
            @Nullable UserId user,
            @Nullable LlmClient model,
            Duration budget,
            int modelCalls,
            @Nullable Path export,
            Cancellation cancel,
            Consumer<SleepProgress> progress) {
        this.user = user;
        this.model = model;
        this.budget = budget;
        this.modelCalls = modelCalls;
        this.export = export;
        this.cancel = cancel;
        this.progress = progress;
    }

    /** All users, by rules, for at most an hour. */
    public static SleepRequest all() {
        return new SleepRequest(null, null, Duration.ofHours(1), 200, null, Cancellation.none(), step -> {});
    }

    /** One user alone. */
    public SleepRequest user(UserId value) {
        return new SleepRequest(Objects.requireNonNull(value), model, budget, modelCalls, export, cancel, progress);
    }

    /** A model that sums up and finds facts; what it says is checked, and rules do what it cannot. */
    public SleepRequest model(LlmClient value) {
        return new SleepRequest(user, Objects.requireNonNull(value), budget, modelCalls, export, cancel, progress);
    }

    /** Stops between two steps when this much time has passed; the next sleep goes on from there. */
    public SleepRequest budget(Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new InvalidInputException("The budget of a sleep is " + value + "; expected above zero");
        }
        return new SleepRequest(user, model, value, modelCalls, export, cancel, progress);
    }

    /** At most so many calls of the model; rules do the rest. */
    public SleepRequest modelCalls(int value) {
        if (value < 0) {
            throw new InvalidInputException("A sleep may make " + value + " model calls; expected 0 or more");
        }
        return new SleepRequest(user, model, budget, value, export, cancel, progress);
    }

    /** Writes data sets of questions and answers as JSON Lines into this directory. */
    public SleepRequest export(Path directory) {
        return new SleepRequest(user, model, budget, modelCalls, Objects.requireNonNull(directory), cancel, progress);
    }

    public SleepRequest cancel(Cancellation value) {
        return new SleepRequest(user, model, budget, modelCalls, export, Objects.requireNonNull(value), progress);
    }

    /** Hears of each step as it is done, on the thread that sleeps. */
    public SleepRequest progress(Consumer<SleepProgress> value) {
        return new SleepRequest(user, model, budget, modelCalls, export, cancel, Objects.requireNonNull(value));
    }

    public Optional<UserId> user() {
        return Optional.ofNullable(user);
    }

    public Optional<LlmClient> model() {
        return Optional.ofNullable(model);
    }

    public Duration budget() {
        return budget;
    }

    public int modelCalls() {
        return modelCalls;
    }

    public Optional<Path> export() {
        return Optional.ofNullable(export);
    }

    public Cancellation cancel() {
        return cancel;
    }

    public Consumer<SleepProgress> progress() {
        return progress;
    }
}
