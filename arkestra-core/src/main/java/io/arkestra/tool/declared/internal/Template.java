package io.arkestra.tool.declared.internal;

import io.arkestra.common.Json;
import io.arkestra.tool.ToolException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts and values with places to be filled in. A text that is nothing but one place takes the value with its type. */
final class Template {
    /** <code>{name}</code>: an argument. */
    static final Pattern ARGUMENT = Pattern.compile("\\{([A-Za-z_][\\w-]{0,63})}");
    /** <code>${1.data.id}</code>: from the result of a step; <code>${args.name}</code>: an argument. */
    static final Pattern REFERENCE = Pattern.compile("\\$\\{(args|\\d{1,2})((?:\\.[\\w-]{1,64}){1,8})}");

    private Template() {}

    static Set<String> names(String text) {
        Set<String> names = new LinkedHashSet<>();
        Matcher matcher = ARGUMENT.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    /** Fills a text; what is put in is never looked at again, so that a value cannot hold places of its own. */
    static String text(String text, Function<String, String> value) {
        return ARGUMENT.matcher(text).replaceAll(found -> Matcher.quoteReplacement(value.apply(found.group(1))));
    }

    /** Fills all texts within a value. */
    static Json fill(Json template, Pattern places, Function<Matcher, Json> value) {
        return switch (template.kind()) {
            case STRING -> fill(template.asString(), places, value);
            case ARRAY ->
                Json.array(template.items().stream()
                        .map(item -> fill(item, places, value))
                        .toList());
            case OBJECT -> {
                Json.ObjectBuilder object = Json.object();
                template.members().forEach((key, member) -> object.put(key, fill(member, places, value)));
                yield object.build();
            }
            default -> template;
        };
    }

    private static Json fill(String text, Pattern places, Function<Matcher, Json> value) {
        Matcher place = places.matcher(text);
        StringBuilder out = new StringBuilder();
        int end = 0;
        while (place.find()) {
            Json found = value.apply(place);
            if (place.start() == 0 && place.end() == text.length()) {
                return found;
            }
            out.append(text, end, place.start()).append(words(found));
            end = place.end();
        }
        return Json.of(out.append(text, end, text.length()).toString());
    }

    static String words(Json value) {
        return value.isString() ? value.asString() : value.toString();
    }

    /** An argument that is to stand within a text. */
    static String plain(Json arguments, String name) {
        Json value = arguments.get(name).orElse(Json.NULL);
        if (value.isString() || value.isNumber() || value.isBoolean()) {
            return words(value);
        }
        throw new ToolException(
                ToolException.Reason.INVALID_ARGUMENTS, "'" + name + "' must be a text, a number, true or false");
    }
}
