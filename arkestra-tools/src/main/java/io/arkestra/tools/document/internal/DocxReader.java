package io.arkestra.tools.document.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** The text of a Word file: headings as Markdown, tables line by line, without what is hidden or was deleted. */
final class DocxReader {
    private static final String BODY = "word/document.xml";
    private static final String STYLES = "word/styles.xml";
    private static final String PROPERTIES = "docProps/core.xml";
    private static final Set<String> WANTED = Set.of(BODY, STYLES, PROPERTIES);

    private static final int MOST_PARTS = 5_000;
    private static final long MOST_BYTES = 256L * 1024 * 1024;
    private static final long MOST_WANTED = 64L * 1024 * 1024;
    /** Text packs to a tenth or so; what packs to less than this was made to do harm. */
    private static final int MOST_RATIO = 200;

    private static final int LONGEST_END = 22 + 65_535;
    private static final long ALWAYS_FINE = 1024 * 1024;

    private final Reading reading;

    DocxReader(Reading reading) {
        this.reading = reading;
    }

    Extracted read(byte[] bytes) {
        Map<String, byte[]> parts = parts(bytes);
        byte[] body = parts.get(BODY);
        if (body == null) {
            throw reading.bad("is a zip file without '" + BODY + "', so no Word document");
        }
        try {
            Map<String, Integer> styles =
                    parts.containsKey(STYLES) ? DocxStyles.levels(xml(parts.get(STYLES)), reading) : Map.of();
            String title = parts.containsKey(PROPERTIES) ? title(xml(parts.get(PROPERTIES))) : "";
            XMLStreamReader xml = xml(body);
            return new Extracted(CleanText.of(title).strip(), new DocxBody(xml, styles, reading).text(), 0);
        } catch (XMLStreamException e) {
            throw reading.bad("is a damaged Word document: " + firstLine(e), e);
        }
    }

    private static String firstLine(XMLStreamException e) {
        return String.valueOf(e.getMessage()).lines().reduce((a, b) -> b).orElse("");
    }

    /** The parts that matter; all others are counted and thrown away. */
    private Map<String, byte[]> parts(byte[] bytes) {
        Map<String, byte[]> parts = new HashMap<>();
        byte[] buffer = new byte[1 << 16];
        long total = 0;
        int entries = 0;
        if (!isWhole(bytes)) {
            throw reading.bad("is a damaged zip file: its end is missing");
        }
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (++entries > MOST_PARTS) {
                    throw reading.bad("is a zip file with more than " + MOST_PARTS + " parts");
                }
                boolean wanted = WANTED.contains(entry.getName());
                ByteArrayOutputStream part = new ByteArrayOutputStream();
                for (int read = zip.read(buffer); read >= 0; read = zip.read(buffer)) {
                    reading.goOn();
                    total += read;
                    if (wanted) {
                        part.write(buffer, 0, read);
                    }
                    checkSize(total, part.size(), bytes.length);
                }
                if (wanted && parts.put(entry.getName(), part.toByteArray()) != null) {
                    throw reading.bad("is a zip file that holds '" + entry.getName() + "' twice");
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw reading.bad("is a damaged zip file: " + e.getMessage(), e);
        }
        return parts;
    }

    /** A zip file ends with a mark, a few bytes and perhaps a comment. */
    private static boolean isWhole(byte[] bytes) {
        for (int i = bytes.length - 22; i >= Math.max(0, bytes.length - LONGEST_END); i--) {
            if (bytes[i] == 'P' && bytes[i + 1] == 'K' && bytes[i + 2] == 5 && bytes[i + 3] == 6) {
                return true;
            }
        }
        return false;
    }

    private void checkSize(long total, long wanted, long packed) {
        if (total > MOST_BYTES || wanted > MOST_WANTED || total > ALWAYS_FINE && total / MOST_RATIO > packed) {
            throw reading.bad("unpacks to far more than its " + packed + " bytes, and is not read");
        }
    }

    /** Reads nothing from elsewhere: no entity, no document type. */
    private static XMLStreamReader xml(byte[] bytes) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("it refers to something outside itself");
        });
        return factory.createXMLStreamReader(new ByteArrayInputStream(bytes));
    }

    /** The next event; a document type is never written by Word. */
    static int next(XMLStreamReader xml, Reading reading) throws XMLStreamException {
        int event = xml.next();
        if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
            throw reading.bad("declares a document type or an entity, which Word documents never do, and is not read");
        }
        return event;
    }

    private String title(XMLStreamReader xml) throws XMLStreamException {
        while (xml.hasNext()) {
            if (next(xml, reading) == XMLStreamConstants.START_ELEMENT
                    && xml.getLocalName().equals("title")) {
                return xml.getElementText();
            }
        }
        return "";
    }
}
