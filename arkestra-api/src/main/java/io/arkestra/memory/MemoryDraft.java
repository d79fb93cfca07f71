package io.arkestra.memory;

import io.arkestra.common.InvalidInputException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Something to be remembered. Immutable. */
public final class MemoryDraft {
    /** The most characters a memory may have. */
    public static final int MAX_TEXT = 16_384;

    private final MemoryKind kind;
    private final String text;
    private final Origin origin;
    private final List<String> sources;
    private final @Nullable Instant at;
    private final @Nullable Instant validFrom;
    private final @Nullable Statement statement;
    private final @Nullable String quote;
    private final @Nullable Instant expiresAt;
    private final @Nullable Double importance;
    private final Tier tier;
    private final boolean pinned;
    private final List<String> taint;

    private MemoryDraft(Copy copy) {
        this.kind = Objects.requireNonNull(copy.kind, "kind");
        this.text = copy.text.strip();
        this.origin = copy.origin;
        this.sources = List.copyOf(copy.sources);
        this.at = copy.at;
        this.validFrom = copy.validFrom;
        this.statement = copy.statement;
        this.quote = copy.quote;
        this.expiresAt = copy.expiresAt;
        this.importance = copy.importance;
        this.tier = copy.tier;
        this.pinned = copy.pinned;
        this.taint = List.copyOf(copy.taint);
        if (DraftRules.isBlank(text)) {
            throw new InvalidInputException("There is nothing to remember: the text is empty");
        }
        DraftRules.atMost("The text to remember", text, MAX_TEXT);
        sources.forEach(source -> DraftRules.text("A source of a memory", source, DraftRules.MESSAGE_ID));
        taint.forEach(foreign -> DraftRules.atMost("The taint of a memory", foreign, MAX_TEXT));
        checkOptional(copy);
    }

    private static void checkOptional(Copy copy) {
        if (copy.quote != null) {
            DraftRules.atMost("The quote of a memory", copy.quote, MAX_TEXT);
        }
        if (copy.at != null) {
            DraftRules.time("The time of a memory, 'at',", copy.at);
        }
        if (copy.validFrom != null) {
            DraftRules.time("The time of a memory, 'validFrom',", copy.validFrom);
        }
        if (copy.expiresAt != null) {
            DraftRules.time("The time of a memory, 'expiresAt',", copy.expiresAt);
        }
    }

    /** What the next draft is made of. */
    private static final class Copy {
        private MemoryKind kind;
        private String text;
        private Origin origin = Origin.USER;
        private List<String> sources = List.of();
        private @Nullable Instant at;
        private @Nullable Instant validFrom;
        private @Nullable Statement statement;
        private @Nullable String quote;
        private @Nullable Instant expiresAt;
        private @Nullable Double importance;
        private Tier tier = Tier.SHORT;
        private boolean pinned;
        private List<String> taint = List.of();

        Copy(MemoryKind kind, String text) {
            this.kind = kind;
            this.text = text;
        }

        Copy(MemoryDraft draft) {
            this(draft.kind, draft.text);
            origin = draft.origin;
            sources = draft.sources;
            at = draft.at;
            validFrom = draft.validFrom;
            statement = draft.statement;
            quote = draft.quote;
            expiresAt = draft.expiresAt;
            importance = draft.importance;
            tier = draft.tier;
            pinned = draft.pinned;
            taint = draft.taint;
        }
    }

    private MemoryDraft with(Consumer<Copy> change) {
        Copy copy = new Copy(this);
        change.accept(copy);
        return new MemoryDraft(copy);
    }

    /** A fact in the user's own words. */
    public static MemoryDraft fact(String text) {
        return new MemoryDraft(new Copy(MemoryKind.FACT, text));
    }

    /** A note in the user's own words. */
    public static MemoryDraft note(String text) {
        return new MemoryDraft(new Copy(MemoryKind.NOTE, text));
    }

    /** What a conversation, a day or a week was about. */
    public static MemoryDraft summary(String text) {
        return new MemoryDraft(new Copy(MemoryKind.SUMMARY, text)).origin(Origin.SYSTEM);
    }

    /** Says who wrote the text. */
    public MemoryDraft origin(Origin value) {
        return with(copy -> copy.origin = Objects.requireNonNull(value, "value"));
    }

    /** Names the message that it was taken from. */
    public MemoryDraft source(String messageId) {
        return sources(List.of(messageId));
    }

    /** Names the messages that it was taken from; when the last of them is forgotten, so is this. */
    public MemoryDraft sources(List<String> messageIds) {
        return with(copy -> copy.sources = messageIds);
    }

    /** Says when it was told, for what is written down later than that; the moment of remembering unless set. */
    public MemoryDraft at(Instant value) {
        return with(copy -> copy.at = Objects.requireNonNull(value, "value"));
    }

    /** Says since when it is so; since it was told unless set. */
    public MemoryDraft validFrom(Instant value) {
        return with(copy -> copy.validFrom = Objects.requireNonNull(value, "value"));
    }

    /** What a fact says, so that a later one about the same replaces it. */
    public MemoryDraft statement(Statement value) {
        return with(copy -> copy.statement = Objects.requireNonNull(value, "value"));
    }

    /** The words in the source that it was taken from. */
    public MemoryDraft quote(String value) {
        return with(copy -> copy.quote = Objects.requireNonNull(value, "value"));
    }

    /** Forgets it by itself at this moment. */
    public MemoryDraft expiresAt(Instant value) {
        return with(copy -> copy.expiresAt = Objects.requireNonNull(value, "value"));
    }

    /** How much it matters, 0 to 1; decided by rules unless set. */
    public MemoryDraft importance(double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new InvalidInputException("The importance of a memory is " + value + "; expected 0 to 1");
        }
        return with(copy -> copy.importance = value);
    }

    /** Where it starts; {@link Tier#SHORT} unless set. */
    public MemoryDraft tier(Tier value) {
        return with(copy -> copy.tier = Objects.requireNonNull(value, "value"));
    }

    /** Keeps it whatever happens. */
    public MemoryDraft pinned() {
        return with(copy -> copy.pinned = true);
    }

    /** Names foreign texts that went into it, such as web pages; what is made of it carries them on. */
    public MemoryDraft taint(List<String> sources) {
        return with(copy -> copy.taint = sources);
    }

    /** The same with other words: what a guard left of them. */
    public MemoryDraft text(String value) {
        return with(copy -> copy.text = Objects.requireNonNull(value, "value"));
    }

    public MemoryKind kind() {
        return kind;
    }

    public String text() {
        return text;
    }

    public Origin origin() {
        return origin;
    }

    /** The message that it was taken from; of several the first. */
    public Optional<String> source() {
        return sources.stream().findFirst();
    }

    public List<String> sources() {
        return sources;
    }

    public Optional<Instant> at() {
        return Optional.ofNullable(at);
    }

    public Optional<Instant> validFrom() {
        return Optional.ofNullable(validFrom);
    }

    public Optional<Statement> statement() {
        return Optional.ofNullable(statement);
    }

    public Optional<String> quote() {
        return Optional.ofNullable(quote);
    }

    public Optional<Instant> expiresAt() {
        return Optional.ofNullable(expiresAt);
    }

    public Optional<Double> importance() {
        return Optional.ofNullable(importance);
    }

    public Tier tier() {
        return tier;
    }

    public boolean isPinned() {
        return pinned;
    }

    /** Foreign texts that went into it; empty for the user's own words. */
    public List<String> taint() {
        return taint;
    }

    private List<Object> values() {
        return java.util.Arrays.asList(
                kind,
                text,
                origin,
                sources,
                at,
                validFrom,
                statement,
                quote,
                expiresAt,
                importance,
                tier,
                pinned,
                taint);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MemoryDraft that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    @Override
    public String toString() {
        return "MemoryDraft" + values();
    }
}
