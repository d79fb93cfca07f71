package io.arkestra.memory.record.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sentences of a text, with their closing marks, as they stand. */
final class Sentences {
    private static final Pattern END = Pattern.compile("[.!?…]+[\"”»)]*(?=\\s|$)|\\n|;(?=\\s)");
    private static final Pattern SHORTENED =
            Pattern.compile("(?iu)(?:^|[\\s(])(?:dr|mr|mrs|ms|st|vs|no|ул|г|д|кв|им|стр|т|е)$");
    /** What somebody else said or wrote: quoted lines and longer quotations; a short one may be a name. */
    private static final Pattern QUOTED_LINE = Pattern.compile("(?m)^\\s*>.*$");

    private static final Pattern QUOTATION = Pattern.compile("\"[^\"\\n]{1,2000}\"|“[^”]{1,2000}”|«[^»]{1,2000}»");

    private Sentences() {}

    static List<String> of(String text) {
        List<String> sentences = new ArrayList<>();
        Matcher end = END.matcher(text);
        int start = 0;
        while (end.find()) {
            if (end.group().equals(".")
                    && SHORTENED.matcher(text.substring(start, end.start())).find()) {
                continue;
            }
            add(sentences, text.substring(start, end.end()));
            start = end.end();
        }
        add(sentences, text.substring(start));
        return sentences;
    }

    private static void add(List<String> sentences, String sentence) {
        if (!sentence.isBlank()) {
            sentences.add(sentence.strip());
        }
    }

    /** The same length, with quotations of more than three words blanked out. */
    static String withoutQuotations(String text) {
        StringBuilder own = new StringBuilder(text);
        for (Pattern pattern : List.of(QUOTED_LINE, QUOTATION)) {
            Matcher quoted = pattern.matcher(text);
            while (quoted.find()) {
                if (pattern == QUOTED_LINE || quoted.group().strip().split("\\s+").length > 3) {
                    for (int i = quoted.start(); i < quoted.end(); i++) {
                        own.setCharAt(i, '\u0000');
                    }
                }
            }
        }
        return own.toString();
    }
}
