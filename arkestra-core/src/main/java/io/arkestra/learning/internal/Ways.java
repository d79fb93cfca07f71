package io.arkestra.learning.internal;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How a turn is to be answered, as feedback has taught.
 *
 * @param chosen what was chosen; empty when there is nothing to choose
 * @param words by language, of the style that was chosen; empty when it has none
 */
public record Ways(List<Bandit.Chosen> chosen, Map<String, String> words) {
    public static final Ways NONE = new Ways(List.of(), Map.of());

    public Ways {
        chosen = List.copyOf(chosen);
        words = Map.copyOf(words);
    }

    /** What to tell the model about the style. */
    public Optional<String> words(Locale language) {
        return Optional.ofNullable(words.getOrDefault(language.getLanguage(), words.get("en")));
    }

    /** What to do with hints at tools. */
    public ToolHints hints() {
        return chosen.stream()
                .map(Bandit.Chosen::key)
                .filter(key -> key.subject().equals(ToolHints.SUBJECT))
                .map(key -> ToolHints.of(key.arm()))
                .findFirst()
                .orElse(ToolHints.AS_IS);
    }
}
