package io.arkestra.common;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Between {@link Json} and plain Java data. */
final class JsonConversion {

    private JsonConversion() {}

    static Json fromJava(@Nullable Object value, int depth) {
        if (depth > Json.MAX_DEPTH) {
            throw Json.tooDeep();
        }
        if (value == null) {
            return Json.NULL;
        }
        if (value instanceof Json json) {
            return json;
        }
        if (value instanceof CharSequence text) {
            return Json.of(text.toString());
        }
        if (value instanceof Boolean bool) {
            return Json.of(bool.booleanValue());
        }
        if (value instanceof Number number) {
            return fromNumber(number);
        }
        if (value instanceof Instant instant) {
            return Json.of(instant.toString());
        }
        if (value instanceof Optional<?> optional) {
            return fromJava(optional.orElse(null), depth + 1);
        }
        if (value instanceof Map<?, ?> map) {
            return fromMap(map, depth);
        }
        if (value instanceof Iterable<?> iterable) {
            return fromIterable(iterable, depth);
        }
        if (value instanceof Object[] array) {
            return fromIterable(Arrays.asList(array), depth);
        }
        throw new InvalidInputException("no JSON form for " + value.getClass().getName()
                + "; expected null, boolean, number, text, Instant, Optional, Iterable, array of objects or Map");
    }

    private static Json fromNumber(Number number) {
        if (number instanceof Long || number instanceof Integer || number instanceof Short || number instanceof Byte) {
            return Json.of(number.longValue());
        }
        if (number instanceof Double) {
            return Json.of(number.doubleValue());
        }
        if (number instanceof Float real) {
            // Through the text: 0.1f is meant as 0.1, not as 0.10000000149011612.
            return Float.isFinite(real) ? Json.of(new BigDecimal(real.toString())) : Json.of(real.doubleValue());
        }
        if (number instanceof BigDecimal decimal) {
            return Json.of(decimal);
        }
        if (number instanceof BigInteger integer) {
            return Json.of(integer);
        }
        throw new InvalidInputException("no exact JSON number for "
                + number.getClass().getName() + "; expected a boxed primitive, BigInteger or BigDecimal");
    }

    private static Json fromMap(Map<?, ?> map, int depth) {
        Json.ObjectBuilder object = Json.object();
        map.forEach((key, member) -> {
            if (!(key instanceof CharSequence name)) {
                throw new InvalidInputException("a map key is "
                        + (key == null ? "null" : "a " + key.getClass().getName()) + "; expected text");
            }
            object.put(name.toString(), fromJava(member, depth + 1));
        });
        return object.build();
    }

    private static Json fromIterable(Iterable<?> iterable, int depth) {
        List<Json> items = new ArrayList<>();
        for (Object item : iterable) {
            items.add(fromJava(item, depth + 1));
        }
        return Json.arrayOwned(items);
    }

    static @Nullable Object toJava(Json json) {
        return switch (json.kind()) {
            case NULL -> null;
            case BOOLEAN -> json.asBoolean();
            case NUMBER -> json.number();
            case STRING -> json.asString();
            case ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>(json.size());
                json.items().forEach(item -> list.add(toJava(item)));
                yield Collections.unmodifiableList(list);
            }
            case OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                json.members().forEach((key, member) -> map.put(key, toJava(member)));
                yield Collections.unmodifiableMap(map);
            }
        };
    }
}
