package io.arkestra.tool.internal;

import io.arkestra.tool.Target;
import java.util.List;
import java.util.Set;

/**
 * What a call would touch, as far as it is known before it is judged.
 *
 * @param effects whether it changes anything
 * @param targets what the tool resolved; empty when it does not tell
 */
record Footprint(boolean effects, List<Target> targets) {
    /** What a call that will not be made leaves: nothing. */
    static final Footprint NOTHING = new Footprint(false, List.of());

    private static final Set<String> PATHS = Set.of(Target.PATH, Target.CWD);
    private static final Set<String> PLACES_ELSEWHERE =
            Set.of(Target.DOMAIN, Target.PORT, Target.METHOD, Target.URL, Target.RECIPIENT);

    Footprint {
        targets = List.copyOf(targets);
    }

    /** Whether the order of the two may matter: one changes what the other touches, or nobody knows. */
    boolean meets(Footprint other) {
        if (!effects && !other.effects) {
            return false;
        }
        if (this == NOTHING || other == NOTHING) {
            return false;
        }
        if (targets.isEmpty() || other.targets.isEmpty() || changesUnseen() || other.changesUnseen()) {
            return true;
        }
        return targets.stream()
                .anyMatch(mine -> other.targets.stream()
                        .anyMatch(yours -> (mine.changes() || yours.changes()) && same(mine, yours)));
    }

    /** It says that it changes something, and names nothing that it changes. */
    private boolean changesUnseen() {
        return effects && targets.stream().noneMatch(Target::changes);
    }

    private static boolean same(Target one, Target other) {
        if (PATHS.contains(one.kind()) && PATHS.contains(other.kind())) {
            return within(one.value(), other.value()) || within(other.value(), one.value());
        }
        if (PLACES_ELSEWHERE.contains(one.kind()) && PLACES_ELSEWHERE.contains(other.kind())) {
            // Two names for places elsewhere may stand for one place.
            return !one.kind().equals(other.kind()) || one.value().equals(other.value());
        }
        return one.kind().equals(other.kind()) && one.value().equals(other.value());
    }

    private static boolean within(String outer, String inner) {
        return inner.equals(outer) || inner.startsWith(outer.endsWith("/") ? outer : outer + "/");
    }
}
