package io.arkestra.policy.rules.internal;

import io.arkestra.common.Json;
import io.arkestra.config.internal.SettingsFile;
import io.arkestra.text.internal.NearestNames;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads typed values of a file of rules and notes what is wrong with them, each with its place. Used once. */
final class RuleText {
    /** The most values that a file may hold. */
    private static final int MOST_VALUES = 200_000;

    private static final Pattern DURATION = Pattern.compile("(\\d{1,7})(s|m|h|d)");
    private static final int SHOWN = 60;

    private final SettingsFile file;

    RuleText(String name, String text) {
        file = SettingsFile.parse(name, text, MOST_VALUES);
    }

    Json json() {
        return file.json();
    }

    SettingsFile file() {
        return file;
    }

    static String child(String pointer, String key) {
        return pointer + "/" + key.replace("~", "~0").replace("/", "~1");
    }

    /** Notes a value that is not what it should be. */
    void wrong(String pointer, Json found, String expected) {
        file.problem(pointer, "'" + name(pointer) + "' is " + shown(found) + "; expected " + expected);
    }

    /** Notes a value that has something in it that cannot be. */
    void unfit(String pointer, Json found, String what) {
        file.problem(pointer, "'" + name(pointer) + "' is " + shown(found) + ", which " + what);
    }

    /** The members of a mapping whose keys are all known; what is wrong is noted. */
    Map<String, Json> mapping(String pointer, Json found, Collection<String> allowed) {
        if (!found.isObject()) {
            wrong(pointer, found, "a mapping with keys of: " + String.join(", ", new TreeSet<>(allowed)));
            return Map.of();
        }
        for (String key : found.members().keySet()) {
            if (!allowed.contains(key)) {
                file.keyProblem(
                        child(pointer, key),
                        "'" + key + "' is not a known key" + (pointer.isEmpty() ? "" : " of '" + name(pointer) + "'")
                                + "; allowed here: " + String.join(", ", new TreeSet<>(allowed))
                                + NearestNames.suggestion(key, allowed));
            }
        }
        return found.members();
    }

    /** A text, or a list of texts that is not empty. */
    List<String> texts(String pointer, Json found, String expected) {
        List<Json> items = found.isArray() ? found.items() : List.of(found);
        List<String> texts = new ArrayList<>();
        if (items.isEmpty()) {
            wrong(pointer, found, expected);
        }
        for (int i = 0; i < items.size(); i++) {
            String place = found.isArray() ? pointer + "/" + i : pointer;
            if (!items.get(i).isString() || items.get(i).asString().isBlank()) {
                wrong(place, items.get(i), expected);
            } else {
                texts.add(items.get(i).asString());
            }
        }
        return texts;
    }

    /** A word or a list of words, each one of those that there are. */
    List<String> words(String pointer, Json found, Collection<String> allowed) {
        String expected = "one of: " + String.join(", ", allowed);
        List<String> words = texts(pointer, found, expected);
        List<String> known = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            if (allowed.contains(words.get(i))) {
                known.add(words.get(i));
            } else {
                String place = found.isArray() && words.size() == found.size() ? pointer + "/" + i : pointer;
                file.problem(
                        place,
                        "'" + name(place) + "' is " + shown(Json.of(words.get(i))) + "; expected " + expected
                                + NearestNames.suggestion(words.get(i), allowed));
            }
        }
        return known;
    }

    /** One word of those that there are. */
    Optional<String> word(String pointer, Json found, Collection<String> allowed) {
        if (!found.isString()) {
            wrong(pointer, found, "one of: " + String.join(", ", allowed));
            return Optional.empty();
        }
        return words(pointer, found, allowed).stream().findFirst();
    }

    /** A whole number in a range. */
    Optional<Integer> whole(String pointer, Json found, int least, int most) {
        if (found.isInteger()) {
            try {
                int value = found.asInt();
                if (value >= least && value <= most) {
                    return Optional.of(value);
                }
            } catch (RuntimeException e) { // beyond what an int holds, which is out of range too
                wrong(pointer, found, "a whole number from " + least + " to " + most);
                return Optional.empty();
            }
        }
        wrong(pointer, found, "a whole number from " + least + " to " + most);
        return Optional.empty();
    }

    Optional<Boolean> bool(String pointer, Json found) {
        if (found.isBoolean()) {
            return Optional.of(found.asBoolean());
        }
        wrong(pointer, found, "true or false");
        return Optional.empty();
    }

    /** A time such as {@code 8h}, {@code 30m} or {@code PT8H}, above zero. */
    Optional<Duration> duration(String pointer, Json found, Duration most) {
        Optional<Duration> read = found.isString() ? duration(found.asString()) : Optional.empty();
        Optional<Duration> fit = read.filter(time -> !time.isNegative() && !time.isZero() && time.compareTo(most) <= 0);
        if (fit.isEmpty()) {
            wrong(pointer, found, "a time such as 90s, 30m, 8h, 7d or PT8H, above zero and at most " + most);
        }
        return fit;
    }

    private static Optional<Duration> duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (matcher.matches()) {
            long count = Long.parseLong(matcher.group(1));
            return Optional.of(
                    switch (matcher.group(2)) {
                        case "s" -> Duration.ofSeconds(count);
                        case "m" -> Duration.ofMinutes(count);
                        case "h" -> Duration.ofHours(count);
                        default -> Duration.ofDays(count);
                    });
        }
        try {
            return Optional.of(Duration.parse(text));
        } catch (DateTimeParseException e) { // the caller says what is expected
            return Optional.empty();
        }
    }

    /** {@code /rules/1/match/tool} as {@code rules[1].match.tool}. */
    private static String name(String pointer) {
        return pointer.isEmpty()
                ? "the whole file"
                : pointer.substring(1)
                        .replaceAll("/(\\d+)", "[$1]")
                        .replace('/', '.')
                        .replace("~1", "/")
                        .replace("~0", "~");
    }

    private static String shown(Json value) {
        return switch (value.kind()) {
            case NULL -> "empty";
            case ARRAY -> "a list";
            case OBJECT -> "a mapping";
            case STRING, NUMBER, BOOLEAN -> {
                String text = value.toString();
                yield text.length() <= SHOWN ? text : text.substring(0, text.offsetByCodePoints(0, 40)) + "…";
            }
        };
    }
}
