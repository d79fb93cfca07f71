package io.arkestra.tool.select.internal;

import io.arkestra.common.Json;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers that a message gives, and numbers that a tool cannot do without: a tool that computes with three of them is less likely meant by a
 * message that has none.
 */
final class Numbers {
    private static final Pattern WORD = Pattern.compile("\\p{L}[\\p{L}\\p{N}]*|\\d+(?:[.,:]\\d+)*");
    private static final Set<String> SPELLED = Set.of(
            ("one two three four five six seven eight nine ten eleven twelve twenty thirty fifty hundred thousand million half один одна одно"
                            + " два две три четыре пять шесть семь восемь девять десять двадцать тридцать пятьдесят сто тысяча миллион"
                            + " половина")
                    .split(" "));

    private Numbers() {}

    /** How many numbers stand in a text, in digits or, for the common ones, spelled. */
    static int in(String text) {
        int count = 0;
        Matcher matcher = WORD.matcher(text);
        while (matcher.find()) {
            String word = matcher.group();
            if (Character.isDigit(word.charAt(0)) || SPELLED.contains(word.toLowerCase(Locale.ROOT))) {
                count++;
            }
        }
        return count;
    }

    /** How many of the arguments that must be given are numbers. */
    static int requiredBy(Json schema) {
        if (!schema.isObject()) {
            return 0;
        }
        return (int) schema.get("required").filter(Json::isArray).stream()
                .flatMap(required -> required.items().stream())
                .filter(Json::isString)
                .map(name -> schema.get("properties")
                        .filter(Json::isObject)
                        .flatMap(properties -> properties.get(name.asString()))
                        .filter(Json::isObject)
                        .flatMap(property -> property.get("type"))
                        .filter(Json::isString)
                        .map(Json::asString)
                        .orElse(""))
                .filter(type -> type.equals("integer") || type.equals("number"))
                .count();
    }
}
