package io.arkestra.persona.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import java.util.regex.Pattern;

/**
 * Takes the {@code text} member out of a senior's JSON envelope while it is still being generated. Anything that is not an envelope
 * passes as plain text. Fed in pieces of any size; not thread-safe.
 */
public final class EnvelopeText {
    private static final String KEY = "\"text\"";
    /** The first member is one of an envelope, which tells it also when it was cut off. */
    private static final Pattern BEGINNING =
            Pattern.compile("^[^{]*\\{\\s*\"(text\"\\s*:|(memory|sources)\"\\s*:\\s*(\\[|$))");

    private enum Place {
        START,
        FENCE,
        OBJECT,
        VALUE,
        ESCAPE,
        UNICODE,
        AFTER,
        PLAIN
    }

    private final StringBuilder raw = new StringBuilder();
    private final StringBuilder spoken = new StringBuilder();
    private Place place = Place.START;
    private int seen;
    private int depth;
    private boolean inString;
    private boolean escaped;
    private int stringStart;
    private String lastString = "";
    private int unicodeStart;

    /** Takes a piece and returns the text that it brought. */
    public String push(String piece) {
        raw.append(piece);
        int from = spoken.length();
        while (seen < raw.length()) {
            step(raw.charAt(seen));
            seen++;
        }
        return spoken.substring(from);
    }

    /** Ends the input and returns what is left: all of it when it only looked like an envelope. */
    public String finish() {
        int from = spoken.length();
        if (place == Place.START || place == Place.FENCE || (place == Place.OBJECT && !isEnvelope(raw.toString()))) {
            spoken.append(raw.toString().strip());
        }
        place = Place.AFTER;
        return spoken.substring(from);
    }

    /** Whether nothing came in yet. */
    public boolean isEmpty() {
        return raw.length() == 0;
    }

    /** Everything that was taken out so far. */
    public String spoken() {
        return spoken.toString();
    }

    /** An envelope in which no text was found has nothing to say; any other object is somebody's words. */
    private static boolean isEnvelope(String raw) {
        if (raw.contains("\"tool_calls\"") || BEGINNING.matcher(raw).find()) {
            return true;
        }
        try {
            Json json = Json.parse(raw.substring(raw.indexOf('{'), raw.lastIndexOf('}') + 1));
            return json.size() == 0 || json.has("text") || isList(json, "memory") || isList(json, "sources");
        } catch (InvalidInputException | StringIndexOutOfBoundsException e) {
            return false;
        }
    }

    private static boolean isList(Json json, String member) {
        return json.get(member).map(Json::isArray).orElse(false);
    }

    private void step(char c) {
        switch (place) {
            case START -> start(c);
            case FENCE -> {
                if (c == '\n') {
                    place = Place.START;
                }
            }
            case OBJECT -> object(c);
            case VALUE -> value(c);
            case ESCAPE -> escape(c);
            case UNICODE -> unicode();
            case PLAIN -> spoken.append(c);
            case AFTER -> {
                // The rest of the envelope is read from the whole response.
            }
        }
    }

    private void start(char c) {
        if (Character.isWhitespace(c)) {
            return;
        }
        if (c == '{') {
            place = Place.OBJECT;
            depth = 1;
        } else if (c == '`' && raw.substring(0, seen + 1).strip().startsWith("```")) {
            place = Place.FENCE;
        } else if (c != '`') {
            place = Place.PLAIN;
            spoken.append(raw, 0, seen + 1);
        }
    }

    private void object(char c) {
        if (inString) {
            if (escaped) {
                escaped = false;
            } else if (c == '\\') {
                escaped = true;
            } else if (c == '"') {
                inString = false;
                lastString = raw.substring(stringStart, seen + 1);
            }
            return;
        }
        switch (c) {
            case '"' -> {
                if (depth == 1 && lastString.equals(KEY + ":")) {
                    place = Place.VALUE;
                } else {
                    inString = true;
                    stringStart = seen;
                }
            }
            case ':' -> lastString = lastString + ":";
            case '{', '[' -> {
                depth++;
                lastString = "";
            }
            case '}', ']' -> depth--;
            default -> {
                if (!Character.isWhitespace(c)) {
                    lastString = "";
                }
            }
        }
    }

    private void value(char c) {
        if (c == '\\') {
            place = Place.ESCAPE;
        } else if (c == '"') {
            place = Place.AFTER;
        } else {
            spoken.append(c);
        }
    }

    private void escape(char c) {
        place = Place.VALUE;
        switch (c) {
            case 'n' -> spoken.append('\n');
            case 't' -> spoken.append('\t');
            case 'r' -> spoken.append('\r');
            case 'b' -> spoken.append('\b');
            case 'f' -> spoken.append('\f');
            case 'u' -> {
                place = Place.UNICODE;
                unicodeStart = seen + 1;
            }
            default -> spoken.append(c);
        }
    }

    private void unicode() {
        if (seen - unicodeStart == 3) {
            try {
                spoken.append((char) Integer.parseInt(raw.substring(unicodeStart, seen + 1), 16));
            } catch (NumberFormatException e) {
                spoken.append('\uFFFD');
            }
            place = Place.VALUE;
        }
    }
}
