package io.arkestra.memory;

import io.arkestra.common.Taint;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Something that is remembered. Immutable. Made by memories. */
public final class MemoryRecord {
    /** Marks of authorship among taints: what such an author had seen of others is marked besides. */
    private static final Set<String> OWN = Set.of("assistant", "memory", "user", "system");

    private final String id;
    private final MemoryKind kind;
    private final String text;
    private final Origin origin;
    private final @Nullable String source;
    private final Instant at;
    private final Tier tier;
    private final double importance;
    private final boolean pinned;
    private final boolean locked;
    private final @Nullable Instant expiresAt;
    private final Instant validFrom;
    private final @Nullable Instant validTo;
    private final @Nullable String supersededBy;
    private final @Nullable Statement statement;
    private final @Nullable String quote;
    private final List<String> sources;
    private final long uses;
    private final @Nullable Instant lastUsedAt;
    private final List<String> wordings;
    private final List<String> taint;

    private MemoryRecord(Builder builder) {
        this.id = builder.id;
        this.kind = builder.kind;
        this.text = builder.text;
        this.origin = builder.origin;
        this.source = builder.source;
        this.at = builder.at;
        this.tier = builder.tier;
        this.importance = builder.importance;
        this.pinned = builder.pinned;
        this.locked = builder.locked;
        this.expiresAt = builder.expiresAt;
        this.validFrom = builder.validFrom == null ? builder.at : builder.validFrom;
        this.validTo = builder.validTo;
        this.supersededBy = builder.supersededBy;
        this.statement = builder.statement;
        this.quote = builder.quote;
        this.sources = builder.sources;
        this.uses = builder.uses;
        this.lastUsedAt = builder.lastUsedAt;
        this.wordings = builder.wordings;
        this.taint = builder.taint;
    }

    /**
     * Starts a record.
     *
     * @param id its id, unique for the user
     * @param kind what it is
     * @param text the words
     * @param at when it was told
     */
    public static Builder builder(String id, MemoryKind kind, String text, Instant at) {
        return new Builder(id, kind, text, at);
    }

    public String id() {
        return id;
    }

    public MemoryKind kind() {
        return kind;
    }

    public String text() {
        return text;
    }

    /** Who wrote the text. */
    public Origin origin() {
        return origin;
    }

    /** The message that it was taken from; of several the first. */
    public Optional<String> source() {
        return Optional.ofNullable(source);
    }

    /** All messages that it was taken from. */
    public List<String> sources() {
        return sources;
    }

    /** When it was told. */
    public Instant at() {
        return at;
    }

    /** How long it is meant to stay. */
    public Tier tier() {
        return tier;
    }

    /** 0 to 1 at the time of reading: fades with time, down to a floor. */
    public double importance() {
        return importance;
    }

    /** Whether the user wants it kept whatever happens. */
    public boolean pinned() {
        return pinned;
    }

    /** Whether it may not be changed, superseded or merged. */
    public boolean locked() {
        return locked;
    }

    /** When it will be forgotten by itself. */
    public Optional<Instant> expiresAt() {
        return Optional.ofNullable(expiresAt);
    }

    /** Since when it is so. */
    public Instant validFrom() {
        return validFrom;
    }

    /** Until when it was so; empty while it is. */
    public Optional<Instant> validTo() {
        return Optional.ofNullable(validTo);
    }

    /** Whether it is so now, as far as is known: nothing has replaced it. */
    public boolean isCurrent() {
        return validTo == null;
    }

    /** The id of the memory that replaced it. */
    public Optional<String> supersededBy() {
        return Optional.ofNullable(supersededBy);
    }

    /** For a fact: what it says, when that could be made out. */
    public Optional<Statement> statement() {
        return Optional.ofNullable(statement);
    }

    /** The words in the source that it was taken from. */
    public Optional<String> quote() {
        return Optional.ofNullable(quote);
    }

    /** How often it was recalled. */
    public long uses() {
        return uses;
    }

    /** When it was last recalled. */
    public Optional<Instant> lastUsedAt() {
        return Optional.ofNullable(lastUsedAt);
    }

    /** Other words in which the same was told. */
    public List<String> wordings() {
        return wordings;
    }

    /** Foreign texts that went into it; empty for the user's own words. */
    public List<String> taint() {
        return taint;
    }

    /** The untrusted sources among {@link #taint}; that the assistant itself put it into words makes it none. Sorted. */
    public Set<Taint> taints() {
        Set<Taint> taints = new TreeSet<>();
        taint.stream().filter(source -> !OWN.contains(source)).map(Taint::parse).forEach(taints::add);
        return taints;
    }

    @Override
    public String toString() {
        return "MemoryRecord[" + id + " " + kind + " " + at + "]";
    }

    /** Builds {@link MemoryRecord}. Not thread-safe. */
    public static final class Builder {
        private final String id;
        private final MemoryKind kind;
        private final String text;
        private final Instant at;
        private Origin origin = Origin.USER;
        private @Nullable String source;
        private List<String> sources = List.of();
        private Tier tier = Tier.SHORT;
        private double importance = 0.5;
        private boolean pinned;
        private boolean locked;
        private @Nullable Instant expiresAt;
        private @Nullable Instant validFrom;
        private @Nullable Instant validTo;
        private @Nullable String supersededBy;
        private @Nullable Statement statement;
        private @Nullable String quote;
        private long uses;
        private @Nullable Instant lastUsedAt;
        private List<String> wordings = List.of();
        private List<String> taint = List.of();

        private Builder(String id, MemoryKind kind, String text, Instant at) {
            this.id = Objects.requireNonNull(id, "id");
            this.kind = Objects.requireNonNull(kind, "kind");
            this.text = Objects.requireNonNull(text, "text");
            this.at = Objects.requireNonNull(at, "at");
        }

        /** Who wrote the text; the user unless set. */
        public Builder origin(Origin value) {
            origin = Objects.requireNonNull(value, "value");
            return this;
        }

        /** The id of the message that it was taken from. */
        public Builder source(String messageId) {
            return sources(List.of(messageId));
        }

        /** The ids of the messages that it was taken from. */
        public Builder sources(List<String> messageIds) {
            sources = List.copyOf(messageIds);
            source = sources.isEmpty() ? null : sources.get(0);
            return this;
        }

        /** {@link Tier#SHORT} unless set. */
        public Builder tier(Tier value) {
            tier = Objects.requireNonNull(value, "value");
            return this;
        }

        /** 0 to 1; 0.5 unless set. */
        public Builder importance(double value) {
            importance = value;
            return this;
        }

        public Builder pinned(boolean value) {
            pinned = value;
            return this;
        }

        public Builder locked(boolean value) {
            locked = value;
            return this;
        }

        public Builder expiresAt(Instant value) {
            expiresAt = Objects.requireNonNull(value, "value");
            return this;
        }

        /** Since when it is so; since it was told unless set. */
        public Builder validFrom(Instant value) {
            validFrom = Objects.requireNonNull(value, "value");
            return this;
        }

        /** Until when it was so. */
        public Builder validTo(Instant value) {
            validTo = Objects.requireNonNull(value, "value");
            return this;
        }

        /** The id of the memory that replaced it. */
        public Builder supersededBy(String value) {
            supersededBy = Objects.requireNonNull(value, "value");
            return this;
        }

        public Builder statement(Statement value) {
            statement = Objects.requireNonNull(value, "value");
            return this;
        }

        public Builder quote(String value) {
            quote = Objects.requireNonNull(value, "value");
            return this;
        }

        /** How often and when it was last recalled. */
        public Builder used(long times, Instant last) {
            uses = times;
            lastUsedAt = Objects.requireNonNull(last, "last");
            return this;
        }

        /** Other words in which the same was told; none unless set. */
        public Builder wordings(List<String> texts) {
            wordings = List.copyOf(texts);
            return this;
        }

        /** Foreign texts that went into it; none unless set. */
        public Builder taint(List<String> foreign) {
            taint = List.copyOf(foreign);
            return this;
        }

        public MemoryRecord build() {
            return new MemoryRecord(this);
        }
    }
}
