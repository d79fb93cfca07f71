package io.arkestra.tools.document.internal;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/** Reads a file by what it holds; a name that says something else is an error, because one of the two is not what the user means. */
final class DocumentReader {
    private static final int PDF_MARK_WITHIN = 1_024;
    private static final Map<String, Format> FORMATS = Map.ofEntries(
            Map.entry("pdf", Format.PDF),
            Map.entry("docx", Format.DOCX),
            Map.entry("html", Format.HTML),
            Map.entry("htm", Format.HTML),
            Map.entry("xhtml", Format.HTML),
            Map.entry("md", Format.TEXT),
            Map.entry("markdown", Format.TEXT),
            Map.entry("txt", Format.TEXT),
            Map.entry("text", Format.TEXT));

    private enum Format {
        PDF,
        DOCX,
        HTML,
        TEXT
    }

    private DocumentReader() {}

    static Extracted read(byte[] bytes, Reading reading) {
        if (bytes.length == 0) {
            throw reading.bad("is empty");
        }
        reading.goOn();
        Format named = FORMATS.get(extension(reading.name()));
        Extracted extracted = switch (found(bytes, named, reading)) {
            case PDF -> new PdfReader(reading).read(bytes);
            case DOCX -> new DocxReader(reading).read(bytes);
            case HTML -> new HtmlReader(reading).read(text(bytes, reading));
            case TEXT -> plain(text(bytes, reading), reading);
        };
        if (extracted.isBlank()) {
            throw reading.bad(
                    extracted.pages() > 0
                            ? "holds no text on its " + extracted.pages()
                                    + " pages; perhaps they are pictures, which would have to be read by a program for that first"
                            : "holds no text");
        }
        return extracted;
    }

    private static String extension(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }

    private static Format found(byte[] bytes, @org.jspecify.annotations.Nullable Format named, Reading reading) {
        Format inside = inside(bytes);
        if (inside == Format.TEXT && named != null) {
            if (named == Format.PDF || named == Format.DOCX) {
                throw reading.bad("is named like a " + named.name().toLowerCase(Locale.ROOT)
                        + " file, but does not hold one; it is damaged, or another kind of file");
            }
            return named;
        }
        if (named != null && named != inside) {
            throw reading.bad("is named like a " + named.name().toLowerCase(Locale.ROOT) + " file, but holds a "
                    + inside.name().toLowerCase(Locale.ROOT) + " file; rename it to what it is");
        }
        if (named == null && inside == Format.TEXT && Decoding.isBinary(bytes)) {
            throw reading.bad("is of a kind that cannot be imported; text, Markdown, HTML, PDF and DOCX can");
        }
        return inside == Format.TEXT
                        && HtmlReader.looksLikeHtml(
                                new String(bytes, 0, Math.min(bytes.length, 1_000), StandardCharsets.UTF_8))
                ? Format.HTML
                : inside;
    }

    private static Format inside(byte[] bytes) {
        String start = new String(bytes, 0, Math.min(bytes.length, PDF_MARK_WITHIN), StandardCharsets.ISO_8859_1);
        if (start.contains("%PDF-")) {
            return Format.PDF;
        }
        return start.startsWith("PK\u0003\u0004") ? Format.DOCX : Format.TEXT;
    }

    private static String text(byte[] bytes, Reading reading) {
        return Decoding.text(bytes).orElseThrow(() -> reading.bad("is no text: it holds bytes that no text has"));
    }

    private static Extracted plain(String text, Reading reading) {
        reading.goOn();
        String clean = CleanText.of(text, reading::goOn);
        reading.hold(clean.length());
        String title = clean.lines()
                .filter(line -> !line.isBlank())
                .findFirst()
                .filter(line -> line.startsWith("# "))
                .map(line -> line.substring(2).strip())
                .orElse("");
        return new Extracted(title, clean, 0);
    }
}
