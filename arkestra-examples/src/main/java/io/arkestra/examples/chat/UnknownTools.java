package io.arkestra.examples.chat;

import io.arkestra.DeclaredTool;
import io.arkestra.Tools;
import io.arkestra.tool.ToolSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Names in {@code --allow} and {@code --ask} that no tool has: a slip there would go unnoticed until the tool is denied. */
final class UnknownTools {
    private static final int MOST_NEAR = 3;
    /** Letters that two names have in common at their ends, at least. */
    private static final int ALIKE = 3;

    private UnknownTools() {}

    /** A line for each, with the names that are nearest. */
    static List<String> of(ChatOptions options, Tools tools) {
        SortedSet<String> known = new TreeSet<>();
        tools.all().stream().map(ToolSpec::name).forEach(known::add);
        tools.declared().list().stream().map(DeclaredTool::name).forEach(known::add);
        List<String> lines = new ArrayList<>();
        options.allowed().forEach(name -> check("--allow", name, known, lines));
        options.asked().forEach(name -> check("--ask", name, known, lines));
        return lines;
    }

    private static void check(String option, String name, SortedSet<String> known, List<String> lines) {
        if (known.contains(name)) {
            return;
        }
        List<String> near = near(name, known);
        lines.add(option + " '" + name + "' allows nothing: no tool has this name"
                + (name.contains("*") ? ", and patterns are not taken" : "")
                + (OpenedFiles.allows(name) ? " unless --files DIR opens a directory" : "")
                + (near.isEmpty() ? "" : "; the nearest are " + String.join(", ", near))
                + ". /tools lists all");
    }

    private static List<String> near(String name, SortedSet<String> known) {
        return known.stream()
                .filter(candidate -> alike(name, candidate) >= Math.max(ALIKE, name.length() / 2))
                .sorted(Comparator.comparingInt(candidate -> -alike(name, candidate)))
                .limit(MOST_NEAR)
                .toList();
    }

    /** How many letters two names have in common at their beginning and their end. */
    private static int alike(String a, String b) {
        int most = Math.min(a.length(), b.length());
        int begin = 0;
        while (begin < most && a.charAt(begin) == b.charAt(begin)) {
            begin++;
        }
        int end = 0;
        while (begin + end < most && a.charAt(a.length() - 1 - end) == b.charAt(b.length() - 1 - end)) {
            end++;
        }
        return begin + end;
    }
}
