package io.arkestra;

import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the engine knows about a user's wishes. Immutable. */
public final class Profile {
    private final @Nullable String name;
    private final ZoneId zone;

    Profile(@Nullable String name, ZoneId zone) {
        this.name = name;
        this.zone = zone;
    }

    /** How the user wants to be called. */
    public Optional<String> name() {
        return Optional.ofNullable(name);
    }

    /** The user's time zone; the engine's until the user names one. */
    public ZoneId zone() {
        return zone;
    }

    @Override
    public String toString() {
        return "Profile[name=" + name + ", zone=" + zone + "]";
    }
}
