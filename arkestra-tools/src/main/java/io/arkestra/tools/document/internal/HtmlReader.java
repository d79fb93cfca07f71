package io.arkestra.tools.document.internal;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeTraversor;
import org.jsoup.select.NodeVisitor;
import org.jsoup.select.Selector;

/** The text of a page as a person sees it, its headings as Markdown. */
final class HtmlReader {
    private static final String NEVER_SEEN =
            "script, style, noscript, template, iframe, object, embed, svg, canvas, audio, video,"
                    + " select, [hidden], [aria-hidden=true], input, textarea, dialog:not([open])";
    private static final Set<String> HEADINGS = Set.of("h1", "h2", "h3", "h4", "h5", "h6");
    private static final Set<String> CELLS = Set.of("td", "th");
    private static final Pattern HIDDEN = Pattern.compile(
            "(^|;)\\s*(display\\s*:\\s*none|visibility\\s*:\\s*(hidden|collapse)|opacity\\s*:\\s*0*\\.?0*\\s*(!|;|$)"
                    + "|font-size\\s*:\\s*0*\\.?0*[a-z%]*\\s*(!|;|$)|(left|top|text-indent|margin-left)\\s*:\\s*-\\d{3,}"
                    + "|clip\\s*:\\s*rect\\(\\s*0|clip-path\\s*:\\s*inset\\(\\s*(50|100)%|color\\s*:\\s*transparent"
                    + "|(max-)?(height|width)\\s*:\\s*0(px|em|%)?\\s*(!|;|$))",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern RULE = Pattern.compile("([^{}@]{1,500})\\{([^{}]{0,2000})}");
    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/", Pattern.DOTALL);

    private final Reading reading;

    HtmlReader(Reading reading) {
        this.reading = reading;
    }

    Extracted read(String html) {
        Document document = Jsoup.parse(html);
        reading.goOn();
        hideByRules(document);
        document.select(NEVER_SEEN).remove();
        document.select("[style]").forEach(element -> {
            if (HIDDEN.matcher(element.attr("style")).find()) {
                element.remove();
            }
        });
        Text text = new Text();
        NodeTraversor.traverse(text, document.body());
        return new Extracted(CleanText.of(document.title()).strip(), text.result(), 0);
    }

    /** What the page's own style sheets hide; selectors that are not understood hide nothing. */
    private void hideByRules(Document document) {
        for (Element style : document.select("style")) {
            String rules = COMMENT.matcher(style.data()).replaceAll("");
            Matcher rule = RULE.matcher(rules);
            while (rule.find()) {
                reading.goOn();
                if (HIDDEN.matcher(rule.group(2).strip()).find()) {
                    hide(document, rule.group(1).strip());
                }
            }
        }
    }

    private static void hide(Document document, String selector) {
        if (selector.contains(":") || selector.equals("html") || selector.equals("body")) {
            // Pseudo-classes hide for a moment or on some screens only.
            return;
        }
        try {
            document.select(selector).remove();
        } catch (Selector.SelectorParseException | IllegalArgumentException e) {
            // Style sheets may say more than this library understands.
            return;
        }
    }

    /** Writes the text down. */
    private final class Text implements NodeVisitor {
        private final StringBuilder out = new StringBuilder();
        private int kept;
        private int seen;

        @Override
        public void head(Node node, int depth) {
            if (++seen % 1_000 == 0) {
                reading.goOn();
            }
            if (node instanceof TextNode words) {
                append(words);
            } else if (node instanceof Element element) {
                begin(element);
            }
        }

        private void append(TextNode words) {
            String text =
                    CleanText.of(kept > 0 ? words.getWholeText() : words.text()).replace('\f', ' ');
            if (kept == 0 && (out.length() == 0 || Character.isWhitespace(out.charAt(out.length() - 1)))) {
                text = text.stripLeading();
            }
            out.append(text);
            reading.hold(out.length());
        }

        private void begin(Element element) {
            String name = element.normalName();
            if (HEADINGS.contains(name)) {
                blank();
                out.append("#".repeat(name.charAt(1) - '0')).append(' ');
            } else if (name.equals("pre")) {
                blank();
                kept++;
            } else if (name.equals("br")) {
                out.append('\n');
            } else if (name.equals("li")) {
                line();
                out.append("- ");
            } else if (name.equals("tr")) {
                line();
            } else if (CELLS.contains(name)) {
                if (element.elementSiblingIndex() > 0) {
                    out.append(" | ");
                }
            } else if (element.isBlock()) {
                blank();
            }
            if (name.equals("img") && !element.attr("alt").isBlank()) {
                out.append('[')
                        .append(CleanText.of(element.attr("alt")).strip())
                        .append(']');
            }
        }

        @Override
        public void tail(Node node, int depth) {
            if (node instanceof Element element) {
                String name = element.normalName();
                if (name.equals("pre")) {
                    kept--;
                    blank();
                } else if (name.equals("li") || name.equals("tr")) {
                    line();
                } else if (element.isBlock() && !CELLS.contains(name) || HEADINGS.contains(name)) {
                    blank();
                }
            }
        }

        private void line() {
            strip();
            if (out.length() > 0 && out.charAt(out.length() - 1) != '\n') {
                out.append('\n');
            }
        }

        private void blank() {
            line();
            int length = out.length();
            boolean afterMark = length > 2 && out.charAt(length - 1) == ' ';
            if (length > 1 && !afterMark && out.charAt(length - 2) != '\n') {
                out.append('\n');
            }
        }

        private void strip() {
            int length = out.length();
            boolean mark = length >= 2 && (out.charAt(length - 2) == '-' || out.charAt(length - 2) == '#');
            while (!mark && length > 0 && (out.charAt(length - 1) == ' ' || out.charAt(length - 1) == '\t')) {
                length--;
            }
            out.setLength(length);
        }

        String result() {
            return out.toString().strip() + "\n";
        }
    }

    /** Whether a text without a telling name is a page. */
    static boolean looksLikeHtml(String text) {
        String start =
                text.substring(0, Math.min(text.length(), 1_000)).stripLeading().toLowerCase(Locale.ROOT);
        return start.startsWith("<!doctype html") || start.startsWith("<html");
    }
}
