package io.arkestra.tools.project.internal;

import io.arkestra.memory.DocumentDraft.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the parts of source code by what all languages share: blank lines and closed blocks between parts, indentation, and words that
 * declare something. Parts that are too long are cut at their least indented lines. No language is parsed.
 */
final class CodeSections {
    private static final Set<String> PROSE = Set.of("md", "markdown", "txt", "rst", "adoc", "asciidoc", "org");
    private static final int LONGEST_PART = 900;
    private static final int SHORTEST_PART = 300;
    private static final int INDENT = 4;
    private static final int DEEPEST = 2 * INDENT;

    private static final Pattern DECLARED =
            Pattern.compile("\\b(?:class|interface|enum|record|trait|struct|impl|object|module|namespace"
                    + "|def|function|func|fn|type|sub|macro|table|view)\\s+([\\p{L}_$][\\p{L}\\p{N}_$]*)");
    private static final Pattern METHOD =
            Pattern.compile("^(?!.*\\b(?:if|for|while|switch|catch|return|new|else|throw)\\b\\s*\\(?)"
                    + "[\\p{L}@_][^=;\"]*?\\b([\\p{L}_$][\\p{L}\\p{N}_$]*)\\s*\\([^;]*$");
    private static final Pattern KEY =
            Pattern.compile("^\\[+([^\\]]{1,100})]+\\s*$|^([\\p{L}_][\\p{L}\\p{N}_.-]{0,60}):\\s*$");

    private CodeSections() {}

    private record Line(int start, int end, String text, int indent) {
        boolean blank() {
            return text.isBlank();
        }
    }

    /** Whether headings say more than indentation. */
    static boolean isProse(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        int dot = name.lastIndexOf('.');
        return dot < 0
                ? name.startsWith("readme") || name.startsWith("licen")
                : PROSE.contains(name.substring(dot + 1));
    }

    /** The parts in order; the first begins at 0. */
    static List<Section> of(String text) {
        List<Line> lines = lines(text);
        List<Section> sections = new ArrayList<>();
        int from = 0;
        while (from < lines.size()) {
            int to = from + 1;
            while (to < lines.size() && !begins(lines, to)) {
                to++;
            }
            add(lines, from, to, sections);
            from = to;
        }
        return sections;
    }

    private static List<Line> lines(String text) {
        List<Line> lines = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int feed = text.indexOf('\n', start);
            int end = feed < 0 ? text.length() : feed + 1;
            String line = text.substring(start, feed < 0 ? end : feed);
            lines.add(new Line(start, end, line, indent(line)));
            start = end;
        }
        return lines;
    }

    private static int indent(String line) {
        int indent = 0;
        for (int i = 0; i < line.length() && Character.isWhitespace(line.charAt(i)); i++) {
            indent += line.charAt(i) == '\t' ? INDENT : 1;
        }
        return indent;
    }

    /** After a blank line or a closed block, not deep inside, and not a closing line itself. */
    private static boolean begins(List<Line> lines, int at) {
        Line line = lines.get(at);
        Line before = lines.get(at - 1);
        if (line.blank() || line.indent() > DEEPEST || isClosing(line)) {
            return false;
        }
        return before.blank() || isClosing(before) && before.indent() == line.indent();
    }

    private static boolean isClosing(Line line) {
        String text = line.text().strip();
        return text.startsWith("}")
                || text.startsWith(")")
                || text.startsWith("]")
                || text.equals("end")
                || text.startsWith("</");
    }

    private static void add(List<Line> lines, int from, int to, List<Section> sections) {
        Optional<String> name = Optional.empty();
        int level = 0;
        for (int i = from; i < Math.min(to, from + 40) && name.isEmpty(); i++) {
            name = declared(lines.get(i));
            level = name.isPresent() ? 1 + Math.min(DEEPEST, lines.get(i).indent()) / 2 : 0;
        }
        sections.add(new Section(lines.get(from).start(), level, name.orElse("")));
        int part = from;
        while (length(lines, part, to) > LONGEST_PART) {
            int cut = cut(lines, part, to);
            if (cut >= to) {
                return;
            }
            sections.add(new Section(lines.get(cut).start(), 0, ""));
            part = cut;
        }
    }

    private static int length(List<Line> lines, int from, int to) {
        return lines.get(to - 1).end() - lines.get(from).start();
    }

    /** The least indented line among those at which a part would be neither short nor long; the last of them. */
    private static int cut(List<Line> lines, int from, int to) {
        int best = -1;
        int i = from + 1;
        for (; i < to && lines.get(i).end() - lines.get(from).start() <= LONGEST_PART; i++) {
            boolean enough = lines.get(i).start() - lines.get(from).start() >= SHORTEST_PART;
            if (enough
                    && !lines.get(i).blank()
                    && !isClosing(lines.get(i))
                    && (best < 0 || lines.get(i).indent() <= lines.get(best).indent())) {
                best = i;
            }
        }
        return best > 0 ? best : i;
    }

    private static Optional<String> declared(Line line) {
        String text = line.text().strip();
        if (text.isEmpty()
                || text.startsWith("*")
                || text.startsWith("//")
                || text.startsWith("/*")
                || text.startsWith("#")
                || text.startsWith("import ")
                || text.startsWith("package ")
                || text.startsWith("@")
                || text.length() > 300) {
            return Optional.empty();
        }
        Matcher declared = DECLARED.matcher(text);
        if (declared.find()) {
            return Optional.of(declared.group(1));
        }
        Matcher method = METHOD.matcher(text);
        if (line.indent() <= DEEPEST && method.find()) {
            return Optional.of(method.group(1));
        }
        Matcher key = KEY.matcher(line.text());
        return key.matches() ? Optional.of(key.group(1) != null ? key.group(1) : key.group(2)) : Optional.empty();
    }
}
