package io.arkestra.tools.document.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Writes the body of a Word file as text. Confined to one thread, used once. */
final class DocxBody {
    private static final int DEEPEST = 500;
    private static final int LOOK_EVERY = 1_000;

    private final XMLStreamReader xml;
    private final Map<String, Integer> styles;
    private final Reading reading;
    private final StringBuilder out = new StringBuilder();
    private final StringBuilder paragraph = new StringBuilder();
    private final StringBuilder run = new StringBuilder();
    /** Cells of the rows that are open, innermost last: a cell may hold a table. */
    private final Deque<List<String>> rows = new ArrayDeque<>();

    private final StringBuilder cell = new StringBuilder();
    private int level;
    private boolean listed;
    private boolean hidden;

    DocxBody(XMLStreamReader xml, Map<String, Integer> styles, Reading reading) {
        this.xml = xml;
        this.styles = styles;
        this.reading = reading;
    }

    String text() throws XMLStreamException {
        int depth = 0;
        int events = 0;
        while (xml.hasNext()) {
            if (++events % LOOK_EVERY == 0) {
                reading.goOn();
            }
            switch (DocxReader.next(xml, reading)) {
                case XMLStreamConstants.START_ELEMENT -> {
                    if (++depth > DEEPEST) {
                        throw reading.bad("is nested more than " + DEEPEST + " deep, and is not read");
                    }
                    if (begin(xml.getLocalName())) {
                        depth--;
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    depth--;
                    end(xml.getLocalName());
                }
                default -> {}
            }
        }
        return CleanText.of(out.toString()).replace('\f', ' ').strip() + "\n";
    }

    /** Returns whether the element was read to its end. */
    private boolean begin(String name) throws XMLStreamException {
        switch (name) {
            case "p" -> {
                // A text box stands inside the paragraph that it is anchored to.
                flush();
                paragraph();
                level = 0;
                listed = false;
            }
            case "pStyle" ->
                level = Optional.ofNullable(styles.get(DocxStyles.value(xml, "val")))
                        .orElse(level);
            case "outlineLvl" ->
                level = DocxStyles.value(xml, "val").matches("[0-5]")
                        ? Integer.parseInt(DocxStyles.value(xml, "val")) + 1
                        : level;
            case "numPr" -> listed = true;
            case "r" -> {
                flush();
                hidden = false;
            }
            case "vanish", "webHidden", "specVanish" ->
                hidden |= !List.of("0", "false", "off").contains(DocxStyles.value(xml, "val"));
            case "t" -> {
                run.append(xml.getElementText());
                return true;
            }
            case "tab" -> run.append('\t');
            case "br", "cr" -> run.append('\n');
            case "noBreakHyphen" -> run.append('-');
            case "tr" -> rows.addLast(new ArrayList<>());
            case "tc" -> cell.setLength(0);
            // The same again for programs that cannot show the first; what was deleted or moved away.
            case "Fallback", "del", "moveFrom", "instrText", "sectPr", "pPrChange", "rPrChange" -> {
                skip();
                return true;
            }
            default -> {}
        }
        return false;
    }

    private void skip() throws XMLStreamException {
        int depth = 1;
        while (depth > 0 && xml.hasNext()) {
            int event = DocxReader.next(xml, reading);
            depth += event == XMLStreamConstants.START_ELEMENT ? 1 : event == XMLStreamConstants.END_ELEMENT ? -1 : 0;
        }
    }

    private void end(String name) {
        switch (name) {
            case "r" -> flush();
            case "p" -> paragraph();
            case "tc" -> {
                if (!rows.isEmpty()) {
                    rows.getLast().add(cell.toString().strip());
                }
                cell.setLength(0);
            }
            case "tr" -> row();
            case "tbl" -> {
                if (rows.isEmpty()) {
                    out.append('\n');
                }
            }
            default -> {}
        }
        reading.hold((long) out.length() + cell.length() + paragraph.length());
    }

    private void flush() {
        if (!hidden) {
            paragraph.append(run);
        }
        run.setLength(0);
    }

    private void paragraph() {
        String words = paragraph.toString().strip();
        paragraph.setLength(0);
        if (words.isEmpty()) {
            return;
        }
        if (!rows.isEmpty()) {
            cell.append(cell.isEmpty() ? "" : " ").append(words.replace('\n', ' '));
        } else if (level > 0) {
            out.append("#".repeat(level))
                    .append(' ')
                    .append(words.replace('\n', ' '))
                    .append("\n\n");
        } else {
            out.append(listed ? "- " : "").append(words).append("\n\n");
        }
        level = 0;
    }

    private void row() {
        if (rows.isEmpty()) {
            return;
        }
        String line = String.join(" | ", rows.removeLast());
        if (rows.isEmpty()) {
            out.append(line).append('\n');
        } else {
            cell.append(cell.isEmpty() ? "" : " ").append(line);
        }
    }
}
