package io.arkestra;

import io.arkestra.common.ChannelId;
import io.arkestra.common.InvalidInputException;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A name that a user goes by, and when it is to be used. Make one with {@link #of} and narrow it.
 *
 * @param name 1 to 100 characters
 * @param use which tone it belongs to
 * @param channels the only channels that it is for; empty for all
 * @param primary whether it is the name where no other one fits better; told when reading, not taken when adding
 */
public record Alias(String name, Use use, Set<ChannelId> channels, boolean primary) {
    private static final int MOST_CHANNELS = 10;

    /** Which tone a name belongs to. */
    public enum Use {
        /** Either. */
        ANY,
        /** Where the user is addressed formally (вы). */
        FORMAL,
        /** Where the user is addressed familiarly (ты). */
        INFORMAL
    }

    public Alias {
        if (channels.size() > MOST_CHANNELS) {
            throw new InvalidInputException(
                    "The alias has " + channels.size() + " channels; expected at most " + MOST_CHANNELS);
        }
        channels = Set.copyOf(channels);
    }

    /** A name for every tone and channel. */
    public static Alias of(String name) {
        return new Alias(name, Use.ANY, Set.of(), false);
    }

    /** The same for formal address only. */
    public Alias formal() {
        return new Alias(name, Use.FORMAL, channels, primary);
    }

    /** The same for familiar address only. */
    public Alias informal() {
        return new Alias(name, Use.INFORMAL, channels, primary);
    }

    /** The same for these channels only. */
    public Alias on(ChannelId... only) {
        return new Alias(name, use, Set.of(only), primary);
    }

    /** For people: {@code Max (primary, informal, on telegram)}. */
    @Override
    public String toString() {
        Set<String> parts = new java.util.LinkedHashSet<>();
        if (primary) {
            parts.add("primary");
        }
        if (use != Use.ANY) {
            parts.add(use.name().toLowerCase(java.util.Locale.ROOT));
        }
        if (!channels.isEmpty()) {
            parts.add("on "
                    + new TreeSet<>(channels.stream().map(ChannelId::value).toList())
                            .stream().collect(Collectors.joining(", ")));
        }
        return parts.isEmpty() ? name : name + " (" + String.join(", ", parts) + ")";
    }
}
