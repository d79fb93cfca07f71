package io.arkestra.policy.rules.internal;

import java.util.Locale;

/** Whose rules they are, the strongest first. Only the host's open doors; each of the others closes some. */
public enum Layer {
    HOST,
    ADMIN,
    USER,
    PROJECT,
    SESSION;

    /** As it is written. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
