package io.arkestra.guard.secret.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads the part of TOML that rule files of gitleaks use: tables, arrays of tables, strings of four kinds, numbers and arrays of strings.
 */
final class TomlRules {

    /** One table with its name, in the order of the file. A value is a string or a list of strings. */
    record Table(String name, Map<String, List<String>> values) {

        String text(String key) {
            return values.getOrDefault(key, List.of("")).get(0);
        }

        List<String> list(String key) {
            return values.getOrDefault(key, List.of());
        }
    }

    private final String text;
    private int pos;

    private TomlRules(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException naming the offset, when the text is something else */
    static List<Table> read(String text) {
        return new TomlRules(text).tables();
    }

    private List<Table> tables() {
        List<Table> tables = new ArrayList<>();
        tables.add(new Table("", new TreeMap<>()));
        skipBlank();
        while (pos < text.length()) {
            if (text.charAt(pos) == '[') {
                int end = text.indexOf('\n', pos);
                String name = text.substring(pos, end < 0 ? text.length() : end).replaceAll("[\\[\\]\\s]", "");
                tables.add(new Table(name, new TreeMap<>()));
                pos = end < 0 ? text.length() : end;
            } else {
                int equals = text.indexOf('=', pos);
                String key = text.substring(pos, equals).strip();
                pos = equals + 1;
                skipBlank();
                tables.get(tables.size() - 1).values().put(key, value());
            }
            skipBlank();
        }
        return tables;
    }

    private List<String> value() {
        if (text.charAt(pos) != '[') {
            return List.of(scalar());
        }
        List<String> items = new ArrayList<>();
        pos++;
        skipBlank();
        while (text.charAt(pos) != ']') {
            items.add(scalar());
            skipBlank();
            if (text.charAt(pos) == ',') {
                pos++;
                skipBlank();
            }
        }
        pos++;
        return items;
    }

    private String scalar() {
        for (String quote : List.of("'''", "\"\"\"", "'", "\"")) {
            if (text.startsWith(quote, pos)) {
                return quoted(quote);
            }
        }
        int start = pos;
        while (pos < text.length()
                && !Character.isWhitespace(text.charAt(pos))
                && ",]#".indexOf(text.charAt(pos)) < 0) {
            pos++;
        }
        if (start == pos) {
            throw new IllegalArgumentException(
                    "not a value at offset " + pos + "; expected a string, a number or a list");
        }
        return text.substring(start, pos);
    }

    private String quoted(String quote) {
        int start = pos + quote.length();
        int end = start;
        boolean escapes = quote.charAt(0) == '"';
        while (!text.startsWith(quote, end)) {
            end += escapes && text.charAt(end) == '\\' ? 2 : 1;
        }
        pos = end + quote.length();
        String content = text.substring(start, end);
        return escapes ? content.translateEscapes() : content;
    }

    private void skipBlank() {
        while (pos < text.length() && (Character.isWhitespace(text.charAt(pos)) || text.charAt(pos) == '#')) {
            if (text.charAt(pos) == '#') {
                int end = text.indexOf('\n', pos);
                pos = end < 0 ? text.length() : end;
            } else {
                pos++;
            }
        }
    }
}
