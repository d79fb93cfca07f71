package io.arkestra.learning.internal;

import io.arkestra.common.ConfigException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What is configured about learning from feedback.
 *
 * @param enabled whether ways to answer are chosen by feedback
 * @param seed where chance begins
 * @param othersCount as how many turns what all others said counts at most
 * @param elsewhereCount as how many turns what the user said in other situations counts at most
 * @param styles by name and language the words of each arm, in order; an arm without words leaves the style to the model
 */
public record LearningSettings(
        boolean enabled,
        long seed,
        double othersCount,
        double elsewhereCount,
        Map<String, Map<String, String>> styles) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,39}");

    public LearningSettings {
        if (styles.size() < 2) {
            throw new ConfigException("there are " + styles.size() + " arms; expected 2 or more to choose from");
        }
        Map<String, Map<String, String>> copy = new LinkedHashMap<>();
        styles.forEach((name, words) -> {
            if (!NAME.matcher(name).matches()) {
                throw new ConfigException("the arm '" + name + "' must have a name of lower-case letters, digits and "
                        + "dashes that begins with a letter, at most 40 characters");
            }
            copy.put(name, Map.copyOf(words));
        });
        styles = Collections.unmodifiableMap(copy);
    }

    /** Names of the style arms, in order. */
    public List<String> arms() {
        return List.copyOf(styles.keySet());
    }
}
