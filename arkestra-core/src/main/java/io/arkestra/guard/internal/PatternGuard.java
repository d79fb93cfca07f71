package io.arkestra.guard.internal;

import io.arkestra.guard.Guard;
import io.arkestra.guard.GuardContext;
import io.arkestra.guard.GuardContext.Direction;
import io.arkestra.guard.GuardResult;
import io.arkestra.guard.GuardStream;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Masks e-mail addresses, phone numbers and card numbers by their form. A value becomes {@code ***} as a whole; text on its way to a
 * place that may have the values passes unchanged and without findings.
 *
 * <p>At most 400 characters are held back. Immutable and thread-safe; linear in the text.
 */
public final class PatternGuard implements Guard {

    private static final String MASK = "***";

    private final Set<Direction> masked;
    private final List<GuardRule> rules = List.of(new EmailRule(), new CardRule(), new PhoneRule());

    /** Masks what goes to a user, to a model elsewhere and to logs. */
    public PatternGuard() {
        this(EnumSet.of(Direction.TO_USER, Direction.TO_REMOTE_MODEL, Direction.TO_LOG));
    }

    /** Masks on the way to these destinations only. */
    public PatternGuard(Set<Direction> masked) {
        this.masked = Set.copyOf(masked);
    }

    /** The same path as {@link #stream}, so the two cannot differ. */
    @Override
    public GuardResult inspect(String text, GuardContext context) {
        GuardStream stream = stream(context);
        String first = stream.push(text);
        String rest = stream.finish();
        return GuardResult.of(rest.isEmpty() ? first : first + rest, stream.findings());
    }

    @Override
    public GuardStream stream(GuardContext context) {
        return new MaskingStream(masked.contains(context.direction()) ? rules : List.of(), MASK);
    }
}
