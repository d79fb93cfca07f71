package io.arkestra.guard;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Where a text is going and who reads it there. Immutable. */
public final class GuardContext {
    /** The destinations a rule can tell apart. New ones may be added: a {@code switch} needs a default branch. */
    public enum Direction {
        /** What the user wrote, on its way in. */
        FROM_USER,
        /** An answer to a user. */
        TO_USER,
        /** A prompt for a model that runs on this machine. */
        TO_LOCAL_MODEL,
        /** A prompt for a model elsewhere. */
        TO_REMOTE_MODEL,
        /** Arguments of a tool. */
        TO_TOOL,
        /** Logs, traces, audit, exception messages. */
        TO_LOG,
        /** Anything that is kept. */
        TO_STORE
    }

    /** Who reads a text that goes {@link Direction#TO_USER}. New ones may be added: a {@code switch} needs a default branch. */
    public enum Recipient {
        /** The person whose conversation and memory it comes from. */
        OWNER,
        /** Somebody else, or nobody knows who. */
        OTHER,
        /** Several people. */
        GROUP
    }

    private final Direction direction;
    private final Recipient recipient;
    private final Optional<String> conversation;
    private final Set<String> allowedTypes;

    private GuardContext(
            Direction direction, Recipient recipient, Optional<String> conversation, Set<String> allowedTypes) {
        this.direction = Objects.requireNonNull(direction, "direction");
        this.recipient = Objects.requireNonNull(recipient, "recipient");
        this.conversation = conversation;
        this.allowedTypes = Set.copyOf(allowedTypes);
    }

    /** Read by {@linkplain Recipient#OTHER somebody else}, in no conversation, with no type allowed. */
    public static GuardContext of(Direction direction) {
        return new GuardContext(direction, Recipient.OTHER, Optional.empty(), Set.of());
    }

    /** An answer to the person whose data it is. */
    public static GuardContext toOwner() {
        return of(Direction.TO_USER).recipient(Recipient.OWNER);
    }

    /** The same for another reader. */
    public GuardContext recipient(Recipient value) {
        return new GuardContext(direction, value, conversation, allowedTypes);
    }

    /** The same in a conversation; names given to values hold within it. */
    public GuardContext conversation(String id) {
        return new GuardContext(direction, recipient, Optional.of(id), allowedTypes);
    }

    /** The same, with values of these types let through, for example what a tool may have. */
    public GuardContext allowing(Set<String> types) {
        return new GuardContext(direction, recipient, conversation, types);
    }

    public Direction direction() {
        return direction;
    }

    public Recipient recipient() {
        return recipient;
    }

    /** The conversation that names given to values belong to. */
    public Optional<String> conversation() {
        return conversation;
    }

    /** Types of values, in upper case, that pass whatever the settings say. */
    public Set<String> allowedTypes() {
        return allowedTypes;
    }

    @Override
    public String toString() {
        return "GuardContext[" + direction + ", " + recipient + "]";
    }
}
