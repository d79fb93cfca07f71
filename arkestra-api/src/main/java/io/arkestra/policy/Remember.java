package io.arkestra.policy;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * How far an approval may be remembered.
 *
 * @param scope where it holds
 * @param max how long at most; positive
 * @param bind what must be the same in a later call besides the tool: names of arguments ({@code args.path}), {@code cwd}, {@code
 *     path}, {@code domain}, {@code recipient}, or {@code args} for all arguments
 */
public record Remember(Scope scope, Duration max, List<String> bind) {
    /** Where it holds. */
    public enum Scope {
        /** In the same session. */
        SESSION,
        /** In all sessions of the user. */
        USER
    }

    public Remember {
        Objects.requireNonNull(scope, "scope");
        if (max.isNegative() || max.isZero()) {
            throw new IllegalArgumentException("max is " + max + "; expected above zero");
        }
        bind = List.copyOf(bind);
    }
}
