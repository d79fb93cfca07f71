package io.arkestra.memory.document.internal;

import io.arkestra.memory.DocumentDraft;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The headings of a text: Markdown's, underlined and numbered ones, and short lines that stand alone above longer ones. What looks like
 * one inside a fenced block is none.
 */
final class Headings {
    /**
     * A heading.
     *
     * @param level 1 is the outermost
     * @param start of its line
     * @param end after its line, underline included
     */
    record Heading(int level, String text, int start, int end) {}

    private record Line(int start, int end, String text) {
        boolean isBlank() {
            return text.isBlank();
        }
    }

    private static final Pattern MARKDOWN = Pattern.compile(" {0,3}(#{1,6})[ \\t]+(.+?)[ \\t]*#*[ \\t]*");
    private static final Pattern UNDERLINE = Pattern.compile(" {0,3}(=+|-{2,})[ \\t]*");
    private static final Pattern NUMBERED =
            Pattern.compile("[ \\t]*(\\d{1,2}(?:\\.\\d{1,2}){0,4})\\.?[ \\t]+\\p{Lu}.*");
    private static final Pattern FENCE = Pattern.compile(" {0,3}(```|~~~).*");
    private static final Pattern SENTENCE_END = Pattern.compile(".*[.!?,;:…]\\s*", Pattern.DOTALL);
    private static final int LONGEST = 100;
    private static final int MOST_WORDS = 10;
    private static final int PLAIN_LEVEL = 7;

    private final List<Heading> headings;
    private final Map<Integer, Integer> levels = new HashMap<>();

    private Headings(List<Heading> headings) {
        this.headings = headings;
        headings.forEach(heading -> levels.put(heading.start(), heading.level()));
    }

    /** @throws io.arkestra.common.CancelledException when the stride is cancelled */
    static Headings of(String text, Stride stride) {
        List<Line> lines = lines(text, stride);
        List<Heading> headings = new ArrayList<>();
        boolean fenced = false;
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            stride.passed(line.end() - line.start());
            if (FENCE.matcher(line.text()).matches()) {
                fenced = !fenced;
            } else if (!fenced && !line.isBlank()) {
                Matcher markdown = MARKDOWN.matcher(line.text());
                boolean underlined = isUnderlined(lines, i);
                if (markdown.matches()) {
                    headings.add(new Heading(markdown.group(1).length(), markdown.group(2), line.start(), line.end()));
                } else if (underlined) {
                    Line under = lines.get(i + 1);
                    int level = under.text().strip().startsWith("=") ? 1 : 2;
                    headings.add(new Heading(level, line.text().strip(), line.start(), under.end()));
                    i++;
                } else if (standsAlone(lines, i)) {
                    headings.add(
                            new Heading(plainLevel(line.text()), line.text().strip(), line.start(), line.end()));
                }
            }
        }
        return new Headings(headings);
    }

    /**
     * Of a draft, whose parts may have been found by somebody else.
     *
     * @param text of the draft after the guard
     * @throws io.arkestra.common.CancelledException when the stride is cancelled
     */
    static Headings of(DocumentDraft draft, String text, Stride stride) {
        List<DocumentDraft.Section> sections = draft.sections();
        boolean same = text.equals(draft.text());
        if (sections.isEmpty() || !same && lineCount(text) != lineCount(draft.text())) {
            return of(text, stride);
        }
        List<Line> lines = same ? List.of() : lines(text, stride);
        List<Heading> headings = new ArrayList<>();
        int line = 0;
        int at = 0;
        int before = -1;
        for (DocumentDraft.Section section : sections) {
            int start = section.start();
            if (!same) {
                // What the guard replaced has moved offsets, but no lines.
                line += Places.count(draft.text(), '\n', at, start);
                at = start;
                start = line < lines.size() ? lines.get(line).start() : text.length();
            }
            if (start > before && start < text.length()) {
                headings.add(new Heading(section.level(), section.heading(), start, start));
                before = start;
            }
        }
        return new Headings(headings);
    }

    private static int lineCount(String text) {
        return Places.count(text, '\n', 0, text.length());
    }

    private static List<Line> lines(String text, Stride stride) {
        List<Line> lines = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int feed = text.indexOf('\n', start);
            int end = feed < 0 ? text.length() : feed + 1;
            lines.add(new Line(
                    start, end, text.substring(start, feed < 0 ? end : feed).stripTrailing()));
            stride.passed(end - start);
            start = end;
        }
        return lines;
    }

    private static boolean isUnderlined(List<Line> lines, int i) {
        return i + 1 < lines.size()
                && (i == 0 || lines.get(i - 1).isBlank())
                && isShort(lines.get(i).text())
                && UNDERLINE.matcher(lines.get(i + 1).text()).matches();
    }

    /** A line between blank ones that begins like a title, does not end like a sentence, and has something longer below. */
    private static boolean standsAlone(List<Line> lines, int i) {
        String text = lines.get(i).text().strip();
        boolean alone = (i == 0 || lines.get(i - 1).isBlank())
                && i + 2 < lines.size()
                && lines.get(i + 1).isBlank();
        if (!alone || !isShort(text) || SENTENCE_END.matcher(text).matches()) {
            return false;
        }
        int first = text.codePointAt(0);
        if (!Character.isUpperCase(first) && !NUMBERED.matcher(text).matches()) {
            return false;
        }
        int below = i + 2;
        while (below < lines.size() && lines.get(below).isBlank()) {
            below++;
        }
        return below < lines.size() && lines.get(below).text().length() > text.length();
    }

    private static boolean isShort(String text) {
        return text.length() <= LONGEST && text.strip().split("\\s+").length <= MOST_WORDS;
    }

    private static int plainLevel(String text) {
        Matcher numbered = NUMBERED.matcher(text);
        return numbered.matches() ? numbered.group(1).split("\\.").length : PLAIN_LEVEL;
    }

    /** Where sections begin, 0 first. */
    List<Integer> starts() {
        List<Integer> starts = new ArrayList<>(List.of(0));
        headings.stream().map(Heading::start).filter(start -> start > 0).forEach(starts::add);
        return starts;
    }

    /** Level of the heading that begins here; 0 when none does. */
    int levelAt(int start) {
        return levels.getOrDefault(start, 0);
    }

    /** What stands above an offset, outermost first; the heading that begins there is not above it. */
    String above(int offset) {
        Deque<Heading> path = new ArrayDeque<>();
        for (Heading heading : headings) {
            if (heading.end() > offset) {
                break;
            }
            if (heading.text().isEmpty()) {
                continue;
            }
            while (!path.isEmpty() && path.peekLast().level() >= heading.level()) {
                path.removeLast();
            }
            path.addLast(heading);
        }
        return path.stream().map(Heading::text).collect(Collectors.joining(" > "));
    }
}
