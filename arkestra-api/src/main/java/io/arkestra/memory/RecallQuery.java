package io.arkestra.memory;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.TurnId;
import io.arkestra.common.WellFormed;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What to recall. Immutable. */
public final class RecallQuery {
    private final String text;
    private final int limit;
    private final int tokenBudget;
    private final @Nullable Instant from;
    private final @Nullable Instant to;
    private final @Nullable TurnId exclude;
    private final @Nullable Instant askedAt;
    private final Set<Passage.Kind> kinds;
    private final boolean past;

    private RecallQuery(Copy copy) {
        this.text = WellFormed.text(Objects.requireNonNull(copy.text, "text"));
        this.limit = copy.limit;
        this.tokenBudget = copy.tokenBudget;
        this.from = copy.from;
        this.to = copy.to;
        this.exclude = copy.exclude;
        this.askedAt = copy.askedAt;
        this.kinds = Set.copyOf(copy.kinds);
        this.past = copy.past;
    }

    /** What the next query is made of. */
    private static final class Copy {
        private final String text;
        private int limit = 10;
        private int tokenBudget = 1_500;
        private @Nullable Instant from;
        private @Nullable Instant to;
        private @Nullable TurnId exclude;
        private @Nullable Instant askedAt;
        private Set<Passage.Kind> kinds = Set.of();
        private boolean past;

        Copy(String text) {
            this.text = text;
        }

        Copy(RecallQuery query) {
            this(query.text);
            limit = query.limit;
            tokenBudget = query.tokenBudget;
            from = query.from;
            to = query.to;
            exclude = query.exclude;
            askedAt = query.askedAt;
            kinds = query.kinds;
            past = query.past;
        }
    }

    private RecallQuery with(Consumer<Copy> change) {
        Copy copy = new Copy(this);
        change.accept(copy);
        return new RecallQuery(copy);
    }

    /**
     * Passages that help with this question or topic, at most 10, at most 1,500 tokens together. What is not well-formed Unicode in it is
     * replaced by U+FFFD.
     */
    public static RecallQuery about(String text) {
        return new RecallQuery(new Copy(text));
    }

    /** At most this many passages, 1 to 1,000. */
    public RecallQuery limit(int value) {
        if (value < 1 || value > 1_000) {
            throw new InvalidInputException("Recall limit is " + value + "; expected 1 to 1000");
        }
        return with(copy -> copy.limit = value);
    }

    /** At most about this many tokens of text together; at least one passage is returned whatever its length. */
    public RecallQuery tokenBudget(int value) {
        if (value < 1) {
            throw new InvalidInputException("Recall token budget is " + value + "; expected 1 or more");
        }
        return with(copy -> copy.tokenBudget = value);
    }

    /** Only what was said with {@code from <= at < to}. */
    public RecallQuery between(Instant start, Instant end) {
        return with(copy -> {
            copy.from = start;
            copy.to = end;
        });
    }

    /** Leaves out what belongs to this turn: a question must not be its own answer. */
    public RecallQuery excluding(TurnId turn) {
        return with(copy -> copy.exclude = turn);
    }

    /** When the question is asked, which "last week" counts from; the clock's now unless set. */
    public RecallQuery askedAt(Instant value) {
        return with(copy -> copy.askedAt = Objects.requireNonNull(value, "value"));
    }

    /** Only passages of these kinds; all unless set. */
    public RecallQuery kinds(Set<Passage.Kind> value) {
        return with(copy -> copy.kinds = value);
    }

    /** Also facts that were replaced by newer ones, which are otherwise left out unless the question asks for the past. */
    public RecallQuery withPast() {
        return with(copy -> copy.past = true);
    }

    public String text() {
        return text;
    }

    public int limit() {
        return limit;
    }

    public int tokenBudget() {
        return tokenBudget;
    }

    public Optional<Instant> from() {
        return Optional.ofNullable(from);
    }

    public Optional<Instant> to() {
        return Optional.ofNullable(to);
    }

    public Optional<TurnId> exclude() {
        return Optional.ofNullable(exclude);
    }

    public Optional<Instant> askedAt() {
        return Optional.ofNullable(askedAt);
    }

    /** Empty for all. */
    public Set<Passage.Kind> kinds() {
        return kinds;
    }

    public boolean past() {
        return past;
    }

    private List<Object> values() {
        return java.util.Arrays.asList(text, limit, tokenBudget, from, to, exclude, askedAt, kinds, past);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RecallQuery that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    @Override
    public String toString() {
        return "RecallQuery" + values();
    }
}
