package io.arkestra.persona.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.text.internal.NearestNames;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with placeholders in double braces, {@code {{assistant}}}. Single braces are text. Only what stays the same for a whole
 * conversation can be put in, so that prompts begin as the one before. Immutable.
 */
final class PromptTemplate {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}\\n]*)}}");

    private final String text;

    private PromptTemplate(String text) {
        this.text = text;
    }

    /**
     * A template that was checked.
     *
     * @param name of its file, for messages
     * @param allowed placeholders that it may have
     * @param needed those of them that it must have
     * @throws ConfigException when it is blank, has another placeholder or lacks a needed one
     */
    static PromptTemplate of(String name, String text, Set<String> allowed, Set<String> needed) {
        if (text.isBlank()) {
            throw new ConfigException(name + ": the template is blank; expected the text of a prompt");
        }
        Set<String> found = new TreeSet<>();
        Matcher matcher = PLACEHOLDER.matcher(text);
        while (matcher.find()) {
            String placeholder = matcher.group(1).strip();
            if (!allowed.contains(placeholder)) {
                throw new ConfigException(place(name, text, matcher.start()) + ": there is no placeholder '{{"
                        + placeholder + "}}'; allowed here: " + braced(allowed)
                        + NearestNames.suggestion(placeholder, allowed));
            }
            found.add(placeholder);
        }
        for (String placeholder : new TreeSet<>(needed)) {
            if (!found.contains(placeholder)) {
                throw new ConfigException(name + ": the template has no placeholder {{" + placeholder
                        + "}}, without which the prompt would not work; put it where its text is to stand");
            }
        }
        return new PromptTemplate(text.replace("\r\n", "\n"));
    }

    /** The text with the values put in; values are not looked through for placeholders. */
    String render(Map<String, String> values) {
        return PLACEHOLDER
                .matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(
                        values.getOrDefault(match.group(1).strip(), match.group())));
    }

    private static String place(String name, String text, int at) {
        int line = (int) text.substring(0, at).chars().filter(c -> c == '\n').count() + 1;
        return name + ":" + line + ":" + (at - text.lastIndexOf('\n', at - 1));
    }

    private static String braced(Set<String> names) {
        return String.join(
                ", ",
                new TreeSet<>(names).stream().map(name -> "{{" + name + "}}").toList());
    }
}
