package io.arkestra.langchain4j;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * The names of the tools of one request in the alphabet of the other side, and back. What stays the same keeps its name; two names that
 * would become one are numbered. Immutable.
 */
final class ToolNames {
    private static final int LONGEST = 64;
    private static final Pattern OURS = Pattern.compile("[a-z][a-z0-9_-]*(\\.[a-z][a-z0-9_-]*)*");

    private final UnaryOperator<String> rule;
    private final Map<String, String> there = new HashMap<>();
    private final Map<String, String> back = new HashMap<>();

    private ToolNames(Collection<String> names, UnaryOperator<String> rule) {
        this.rule = rule;
        Set<String> taken = new HashSet<>();
        names.stream().filter(name -> rule.apply(name).equals(name)).forEach(name -> add(name, name, taken));
        names.stream().filter(name -> !there.containsKey(name)).forEach(name -> add(name, free(name, taken), taken));
    }

    /** Ours to letters, digits, {@code _} and {@code -}, which every backend takes: a dot becomes {@code __}. */
    static ToolNames ofOurs(Collection<String> names) {
        return new ToolNames(names, ToolNames::portable);
    }

    /** Theirs, usually names of methods, to lower-case words as {@link io.arkestra.tool.ToolSpec} wants them. */
    static ToolNames ofTheirs(Collection<String> names) {
        return new ToolNames(names, ToolNames::ours);
    }

    /** A name of a tool of the request, or one that an earlier message mentions. */
    String there(String name) {
        String known = there.get(name);
        return known == null ? rule.apply(name) : known;
    }

    /** What the other side wrote; a name that it made up stays as it is. */
    String back(String name) {
        return back.getOrDefault(name, name);
    }

    private void add(String name, String mapped, Set<String> taken) {
        there.put(name, mapped);
        back.put(mapped, name);
        taken.add(mapped);
    }

    private String free(String name, Set<String> taken) {
        String wanted = rule.apply(name);
        String free = wanted;
        for (int i = 2; taken.contains(free); i++) {
            String ending = "_" + i;
            free = cut(wanted, LONGEST - ending.length()) + ending;
        }
        return free;
    }

    private static String portable(String name) {
        return cut(name.replace(".", "__").replaceAll("[^A-Za-z0-9_-]", "_"), LONGEST);
    }

    private static String ours(String name) {
        if (name.length() <= LONGEST && OURS.matcher(name).matches()) {
            return name;
        }
        String words = name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9_-]", "_");
        boolean letter = !words.isEmpty() && words.charAt(0) >= 'a' && words.charAt(0) <= 'z';
        return cut(letter ? words : "t_" + words, LONGEST);
    }

    private static String cut(String name, int longest) {
        return name.length() <= longest ? name : name.substring(0, longest);
    }
}
