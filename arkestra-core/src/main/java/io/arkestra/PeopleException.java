package io.arkestra;

import io.arkestra.common.ArkestraException;
import org.jspecify.annotations.Nullable;

/** A person's documents could not be exported, imported or forgotten. */
public final class PeopleException extends ArkestraException {
    private static final long serialVersionUID = 1L;

    /** @param kind last part of the code, for example {@code file} for {@code people.file} */
    public PeopleException(String kind, String message, @Nullable Throwable cause) {
        super("people." + kind, message, false, cause);
    }
}
