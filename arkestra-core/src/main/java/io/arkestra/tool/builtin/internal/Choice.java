package io.arkestra.tool.builtin.internal;

import io.arkestra.text.internal.Phrasebook;
import io.arkestra.text.internal.SameWords;
import io.arkestra.tool.ToolException;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Which of several things somebody means: by id, else by the very words, else by words that differ only in their endings.
 *
 * @param kind what phrases about these things begin with
 * @param id of a thing
 * @param text of a thing
 */
record Choice<T>(String kind, Function<T, String> id, Function<T, String> text) {
    private static final int MOST_SHOWN = 10;

    List<T> fitting(List<T> all, String wanted) {
        String words = wanted.strip().toLowerCase(Locale.ROOT);
        List<Predicate<T>> ways = List.of(
                thing -> id.apply(thing).equals(wanted.strip()),
                thing -> text.apply(thing).strip().toLowerCase(Locale.ROOT).equals(words),
                thing -> text.apply(thing).toLowerCase(Locale.ROOT).contains(words),
                thing -> SameWords.allIn(words, text.apply(thing)));
        for (Predicate<T> way : ways) {
            List<T> fitting = all.stream().filter(way).toList();
            if (!fitting.isEmpty()) {
                return fitting;
            }
        }
        return List.of();
    }

    /** @throws ToolException when none fits, or more than one */
    T one(List<T> all, String wanted, Phrasebook say) {
        List<T> fitting = fitting(all, wanted);
        if (fitting.isEmpty()) {
            throw new ToolException(ToolException.Reason.NOT_FOUND, say.say(kind + ".unknown"));
        }
        if (fitting.size() > 1) {
            throw new ToolException(
                    ToolException.Reason.INVALID_ARGUMENTS,
                    say.say(kind + ".many") + "\n"
                            + fitting.stream()
                                    .limit(MOST_SHOWN)
                                    .map(thing ->
                                            "- " + Words.shorten(text.apply(thing)) + " (" + id.apply(thing) + ")")
                                    .collect(Collectors.joining("\n")));
        }
        return fitting.get(0);
    }
}
