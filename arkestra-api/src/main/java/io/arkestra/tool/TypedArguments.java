package io.arkestra.tool;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Binds the arguments of a tool to a record: one schema, one place. Components are texts, whole and decimal numbers, booleans, dates,
 * constants of an enum (in lower case), lists and records of these; one of type {@link Optional} may be left out. Immutable.
 *
 * @param <A> the record
 */
public final class TypedArguments<A extends Record> {
    private static final String SUPPORTED =
            "String, boolean, int, long, double, BigDecimal, LocalDate, an enum, List, Optional or a record of these";

    private final Class<A> type;
    private final Json schema;

    private TypedArguments(Class<A> type) {
        this.type = type;
        this.schema = object(type);
    }

    /** @throws ConfigException when a component has a type that arguments cannot have */
    public static <A extends Record> TypedArguments<A> of(Class<A> type) {
        return new TypedArguments<>(type);
    }

    /** The JSON Schema of the record. */
    public Json schema() {
        return schema;
    }

    /**
     * Makes the record of arguments that are valid against the schema.
     *
     * @throws ToolException with {@link ToolException.Reason#INVALID_ARGUMENTS} when the record does not take them
     */
    public A read(Json arguments) {
        return record(type, arguments);
    }

    private static Json object(Class<?> type) {
        Json.ObjectBuilder properties = Json.object();
        List<String> required = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            Type declared = component.getGenericType();
            boolean optional = component.getType() == Optional.class;
            if (!optional) {
                required.add(component.getName());
            }
            String place = type.getSimpleName() + "." + component.getName();
            Json member = schema(optional ? parameter(declared, place) : declared, place);
            properties.put(component.getName(), described(member, component.getAnnotation(Argument.class)));
        }
        return Json.object()
                .put("type", "object")
                .put("additionalProperties", false)
                .put("required", Json.strings(required))
                .put("properties", properties.build())
                .build();
    }

    private static Json schema(Type type, String place) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            return Json.object()
                    .put("type", "array")
                    .put("items", schema(parameter(type, place), place))
                    .build();
        }
        if (type == String.class) {
            return ofType("string");
        }
        if (type == boolean.class || type == Boolean.class) {
            return ofType("boolean");
        }
        if (type == int.class || type == Integer.class) {
            return whole(Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        if (type == long.class || type == Long.class) {
            return whole(Long.MIN_VALUE, Long.MAX_VALUE);
        }
        if (type == double.class || type == Double.class || type == BigDecimal.class) {
            return ofType("number");
        }
        if (type == LocalDate.class) {
            return ofType("string")
                    .with("pattern", Json.of("^\\d{4}-\\d{2}-\\d{2}$"))
                    .with("format", Json.of("date"));
        }
        if (type instanceof Class<?> constants && constants.isEnum()) {
            return Json.object()
                    .put(
                            "enum",
                            Json.strings(Arrays.stream(constants.getEnumConstants())
                                    .map(constant -> word((Enum<?>) constant))
                                    .toList()))
                    .build();
        }
        if (type instanceof Class<?> nested && nested.isRecord()) {
            return object(nested);
        }
        throw new ConfigException(
                place + " is of type " + type.getTypeName() + "; an argument is of type " + SUPPORTED);
    }

    private static Json ofType(String name) {
        return Json.object().put("type", name).build();
    }

    private static Json whole(long least, long most) {
        return ofType("integer").with("minimum", Json.of(least)).with("maximum", Json.of(most));
    }

    private static Json described(Json schema, @Nullable Argument about) {
        if (about == null) {
            return schema;
        }
        Json result = about.value().isEmpty() ? schema : schema.with("description", Json.of(about.value()));
        String kind = schema.text("type");
        String least = kind.equals("string") ? "minLength" : kind.equals("array") ? "minItems" : "minimum";
        String most = kind.equals("string") ? "maxLength" : kind.equals("array") ? "maxItems" : "maximum";
        if (about.min() != Double.NEGATIVE_INFINITY) {
            result = result.with(least, number(about.min()));
        }
        if (about.max() != Double.POSITIVE_INFINITY) {
            result = result.with(most, number(about.max()));
        }
        if (!about.pattern().isEmpty()) {
            result = result.with("pattern", Json.of(about.pattern()));
        }
        return about.target().isEmpty() ? result : result.with("x-arkestra-target", Json.of(about.target()));
    }

    private static Json number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15 ? Json.of((long) value) : Json.of(value);
    }

    private static Type parameter(Type type, String place) {
        if (type instanceof ParameterizedType parameterized) {
            return parameterized.getActualTypeArguments()[0];
        }
        throw new ConfigException(place + " does not say of what type it holds values");
    }

    private static <R> R record(Class<R> type, Json json) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            String name = components[i].getName();
            Optional<Json> given = json.get(name);
            Type declared = components[i].getGenericType();
            if (components[i].getType() == Optional.class) {
                Type inner = parameter(declared, name);
                values[i] = given.map(value -> value(inner, value, name));
            } else {
                Json value = given.orElseThrow(() -> invalid("'" + name + "' is missing", null));
                values[i] = value(declared, value, name);
            }
        }
        try {
            Constructor<R> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            // The record itself says what it does not take.
            Throwable cause = e.getTargetException();
            throw invalid(Objects.toString(cause.getMessage(), "the arguments do not fit together"), cause);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new ToolException(
                    ToolException.Reason.FAILED, "The record " + type.getName() + " cannot be made: " + e, e);
        }
    }

    private static Object value(Type type, Json json, String name) {
        try {
            if (type instanceof ParameterizedType) {
                Type item = parameter(type, name);
                return json.items().stream()
                        .map(each -> value(item, each, name))
                        .toList();
            }
            if (type == String.class) {
                return json.asString();
            }
            if (type == boolean.class || type == Boolean.class) {
                return json.asBoolean();
            }
            if (type == int.class || type == Integer.class) {
                return json.asInt();
            }
            if (type == long.class || type == Long.class) {
                return json.asLong();
            }
            if (type == double.class || type == Double.class) {
                return json.asDouble();
            }
            if (type == BigDecimal.class) {
                return json.asDecimal();
            }
            if (type == LocalDate.class) {
                return LocalDate.parse(json.asString());
            }
        } catch (DateTimeException | ArithmeticException | IllegalStateException e) {
            throw invalid("'" + name + "' is " + json + ": " + e.getMessage(), e);
        }
        Class<?> named = (Class<?>) type;
        return named.isEnum() ? constant(named, json.asString(), name) : record(named, json);
    }

    private static Object constant(Class<?> type, String word, String name) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> word((Enum<?>) constant).equals(word))
                .findFirst()
                .orElseThrow(() -> invalid("'" + name + "' is '" + word + "', which is none of its values", null));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static ToolException invalid(String message, @Nullable Throwable cause) {
        return new ToolException(ToolException.Reason.INVALID_ARGUMENTS, message, cause);
    }

    @Override
    public String toString() {
        return "TypedArguments[" + type.getName() + "]";
    }
}
