package io.arkestra.store;

import io.arkestra.common.UserId;
import java.util.Optional;

/**
 * To whom a document belongs: a user or the system. There is no way to read or write without saying so.
 *
 * @param key {@code u:} and the user id, or {@code system}
 */
public record Owner(String key) {
    /** The engine's own documents: jobs, migrations, the audit. */
    public static final Owner SYSTEM = new Owner("system");

    private static final String USER_PREFIX = "u:";

    public Owner {
        if (!key.equals("system") && !(key.startsWith(USER_PREFIX) && key.length() > USER_PREFIX.length())) {
            throw new io.arkestra.common.InvalidInputException(
                    "Owner key '" + key + "' is neither 'system' nor 'u:' and a user id");
        }
    }

    public static Owner of(UserId user) {
        return new Owner(USER_PREFIX + user.value());
    }

    /** The user, unless this is the system. */
    public Optional<UserId> user() {
        return key.startsWith(USER_PREFIX)
                ? Optional.of(UserId.of(key.substring(USER_PREFIX.length())))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return key;
    }
}
