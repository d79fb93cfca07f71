package io.arkestra.provenance.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What is wanted from a text: fields that leave little room. An enumeration, a number, true or false, a date or a time hold no orders; a
 * string holds what its length lets in, and stays untrusted. Immutable.
 */
public final class WantedFields {
    /** Most fields. */
    public static final int MOST = 20;
    /** Longest string. */
    public static final int LONGEST = 200;

    private static final int MOST_CHOICES = 50;
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,39}");
    private static final Set<String> MOMENTS = Set.of("date", "date-time", "time");

    private final Json schema;
    private final boolean free;

    private WantedFields(Json schema, boolean free) {
        this.schema = schema;
        this.free = free;
    }

    /**
     * Reads a description: field by field a JSON Schema of the few forms that are allowed.
     *
     * @throws InvalidInputException naming the field and what is allowed
     */
    public static WantedFields read(Json fields) {
        if (!fields.isObject() || fields.members().isEmpty() || fields.members().size() > MOST) {
            throw new InvalidInputException("'fields' must be an object of 1 to " + MOST + " fields");
        }
        Json.ObjectBuilder properties = Json.object();
        boolean free = false;
        for (Map.Entry<String, Json> field : fields.members().entrySet()) {
            String name = field.getKey();
            if (!NAME.matcher(name).matches()) {
                throw new InvalidInputException(
                        "The field '" + name + "' must have a name of letters, digits and _, at most 40 characters");
            }
            Json form = form(name, field.getValue());
            free |= form.has("maxLength");
            properties.put(name, form);
        }
        Json schema = Json.object()
                .put("type", "object")
                .put("additionalProperties", false)
                .put("properties", properties.build())
                .build();
        return new WantedFields(schema, free);
    }

    private static Json form(String name, Json asked) {
        if (!asked.isObject()) {
            throw refused(name);
        }
        if (asked.has("enum")) {
            List<Json> choices =
                    asked.get("enum").filter(Json::isArray).map(Json::items).orElse(List.of());
            boolean usable = !choices.isEmpty()
                    && choices.size() <= MOST_CHOICES
                    && choices.stream()
                            .allMatch(choice ->
                                    choice.isString() && choice.asString().length() <= LONGEST);
            if (!usable) {
                throw refused(name);
            }
            return Json.object().put("enum", Json.array(choices)).build();
        }
        String type = asked.string("type").orElse("");
        switch (type) {
            case "number", "integer", "boolean":
                return Json.object().put("type", type).build();
            case "string":
                String format = asked.string("format").orElse("");
                if (MOMENTS.contains(format)) {
                    return Json.object()
                            .put("type", type)
                            .put("pattern", pattern(format))
                            .build();
                }
                long most = asked.integer("maxLength").orElse(0L);
                if (most < 1 || most > LONGEST) {
                    throw refused(name);
                }
                return Json.object().put("type", type).put("maxLength", most).build();
            default:
                throw refused(name);
        }
    }

    private static String pattern(String format) {
        String date = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
        String time = "[0-9]{2}:[0-9]{2}(:[0-9]{2})?";
        return switch (format) {
            case "date" -> "^" + date + "$";
            case "time" -> "^" + time + "$";
            default -> "^" + date + "T" + time + "(Z|[+-][0-9]{2}:[0-9]{2})?$";
        };
    }

    private static InvalidInputException refused(String name) {
        return new InvalidInputException("The field '" + name + "' must be {\"enum\":[1 to " + MOST_CHOICES
                + " strings]}, a type of number, integer or boolean, or a string with a format of date, time or date-time or"
                + " a maxLength of 1 to " + LONGEST);
    }

    /** The schema of what is wanted; a field that the text says nothing about is left out. */
    public Json schema() {
        return schema;
    }

    /** Whether words of the text can come out. */
    public boolean free() {
        return free;
    }
}
