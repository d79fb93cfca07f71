package io.arkestra.tools.document.internal;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Which paragraph styles of a Word file are headings. */
final class DocxStyles {
    static final String WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    static final int DEEPEST = 6;
    private static final Pattern HEADING = Pattern.compile("(?:heading|заголовок|überschrift|titre) ?(\\d)");

    private DocxStyles() {}

    /** Levels of headings by id of style; 1 is the outermost. */
    static Map<String, Integer> levels(XMLStreamReader xml, Reading reading) throws XMLStreamException {
        Map<String, Integer> levels = new HashMap<>();
        String style = "";
        while (xml.hasNext()) {
            if (DocxReader.next(xml, reading) == XMLStreamConstants.START_ELEMENT) {
                String id = style;
                switch (xml.getLocalName()) {
                    case "style" -> style = value(xml, "styleId");
                    case "name" -> named(value(xml, "val")).ifPresent(level -> levels.put(id, level));
                    case "outlineLvl" -> level(value(xml, "val")).ifPresent(level -> levels.put(id, level));
                    default -> {}
                }
            }
        }
        return levels;
    }

    private static Optional<Integer> level(String outline) {
        return outline.matches("[0-5]") ? Optional.of(Integer.parseInt(outline) + 1) : Optional.empty();
    }

    private static Optional<Integer> named(String name) {
        Matcher heading = HEADING.matcher(name.toLowerCase(Locale.ROOT));
        if (heading.matches()) {
            return Optional.of(Math.min(DEEPEST, Math.max(1, Integer.parseInt(heading.group(1)))));
        }
        return name.equalsIgnoreCase("title") ? Optional.of(1) : Optional.empty();
    }

    static String value(XMLStreamReader xml, String attribute) {
        String value = xml.getAttributeValue(WORD, attribute);
        return value == null ? "" : value;
    }
}
