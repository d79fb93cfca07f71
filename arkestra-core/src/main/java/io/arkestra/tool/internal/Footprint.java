package io.arkestra.tool.internal;

import io.arkestra.tool.Target;
import java.text.Normalizer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
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
            String mine = path(one.value());
            String yours = path(other.value());
            return within(mine, yours) || within(yours, mine);
        }
        if (PLACES_ELSEWHERE.contains(one.kind()) && PLACES_ELSEWHERE.contains(other.kind())) {
            // Two names for places elsewhere may stand for one place.
            return !one.kind().equals(other.kind()) || place(one.value()).equals(place(other.value()));
        }
        return one.kind().equals(other.kind()) && one.value().equals(other.value());
    }

    /**
     * In one form for all ways to write it that some file system takes for the same: better two calls one after the other than at once on
     * one file.
     */
    private static String path(String value) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : place(value.replace('\\', '/')).split("/")) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return "/" + String.join("/", parts);
    }

    private static String place(String value) {
        String folded = Normalizer.normalize(value, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
        return folded.endsWith(".") ? folded.substring(0, folded.length() - 1) : folded;
    }

    private static boolean within(String outer, String inner) {
        return inner.equals(outer) || inner.startsWith(outer.endsWith("/") ? outer : outer + "/");
    }
}
