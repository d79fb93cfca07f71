package io.arkestra.common;

import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/** Writes text; recursion is bounded by {@link Json#MAX_DEPTH}. */
final class JsonWriter {

    private static final String HEX = "0123456789abcdef";

    private enum Form {
        COMPACT,
        PRETTY,
        CANONICAL
    }

    private final StringBuilder out = new StringBuilder();
    private final Form form;

    private JsonWriter(Form form) {
        this.form = form;
    }

    static String compact(Json json) {
        return write(json, Form.COMPACT);
    }

    static String pretty(Json json) {
        return write(json, Form.PRETTY);
    }

    static String canonical(Json json) {
        return write(json, Form.CANONICAL);
    }

    private static String write(Json json, Form form) {
        JsonWriter writer = new JsonWriter(form);
        writer.value(json, 0);
        return writer.out.toString();
    }

    private void value(Json json, int level) {
        switch (json.kind()) {
            case NULL -> out.append("null");
            case BOOLEAN -> out.append(json.asBoolean());
            case NUMBER -> out.append(JsonNumber.text(json.number()));
            case STRING -> string(json.asString());
            case ARRAY -> array(json, level);
            case OBJECT -> object(json, level);
        }
    }

    private void array(Json json, int level) {
        out.append('[');
        Iterator<Json> items = json.items().iterator();
        while (items.hasNext()) {
            lineBreak(level + 1);
            value(items.next(), level + 1);
            if (items.hasNext()) {
                out.append(',');
            } else {
                lineBreak(level);
            }
        }
        out.append(']');
    }

    private void object(Json json, int level) {
        // String's natural order is that of UTF-16 code units, which RFC 8785 §3.2.3 asks for.
        Map<String, Json> members = form == Form.CANONICAL ? new TreeMap<>(json.members()) : json.members();
        out.append('{');
        Iterator<Map.Entry<String, Json>> entries = members.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<String, Json> entry = entries.next();
            lineBreak(level + 1);
            string(entry.getKey());
            out.append(form == Form.PRETTY ? ": " : ":");
            value(entry.getValue(), level + 1);
            if (entries.hasNext()) {
                out.append(',');
            } else {
                lineBreak(level);
            }
        }
        out.append('}');
    }

    private void lineBreak(int level) {
        if (form == Form.PRETTY) {
            out.append('\n').append("  ".repeat(level));
        }
    }

    private void string(String text) {
        out.append('"');
        int copied = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c != '"' && c != '\\' && (c != '\u2028' && c != '\u2029' || form == Form.CANONICAL)) {
                continue;
            }
            out.append(text, copied, i);
            copied = i + 1;
            escape(c);
        }
        out.append(text, copied, text.length()).append('"');
    }

    private void escape(char c) {
        out.append('\\');
        switch (c) {
            case '"', '\\' -> out.append(c);
            case '\b' -> out.append('b');
            case '\t' -> out.append('t');
            case '\n' -> out.append('n');
            case '\f' -> out.append('f');
            case '\r' -> out.append('r');
            default ->
                out.append('u')
                        .append(HEX.charAt(c >> 12))
                        .append(HEX.charAt(c >> 8 & 15))
                        .append(HEX.charAt(c >> 4 & 15))
                        .append(HEX.charAt(c & 15));
        }
    }
}
