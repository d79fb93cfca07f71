package io.arkestra.common;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One immutable JSON value (RFC 8259).
 *
 * <p>Numbers are exact decimals, never rounded through a {@code double}: {@code 1}, {@code 1.0} and {@code 1e0} are the
 * same value, are equal and are written {@code 1}. Strings and keys are well-formed Unicode (a lone surrogate is refused),
 * so every value has a UTF-8 text. Objects keep the order in which their members were put; two objects are equal whatever
 * that order is. Nesting is at most {@value #MAX_DEPTH} levels, however the value was made.
 *
 * <p>Every refusal, wrong kind or value out of range is an {@link InvalidInputException} whose message says what was found
 * and what was expected. Thread-safe.
 */
public final class Json {

    /** The kinds of JSON value. */
    public enum Kind {
        NULL,
        BOOLEAN,
        NUMBER,
        STRING,
        ARRAY,
        OBJECT;

        String described() {
            String name = name().toLowerCase(Locale.ROOT);
            return this == NULL ? name : (this == ARRAY || this == OBJECT ? "an " : "a ") + name;
        }
    }

    /**
     * What {@link #parse(String, Limits)} accepts at most.
     *
     * @param maxChars length of the text in UTF-16 code units, at least 1
     * @param maxDepth levels of arrays and objects inside each other, 0 to {@value Json#MAX_DEPTH}
     */
    public record Limits(int maxChars, int maxDepth) {

        /** 16 Mi characters, {@value Json#MAX_DEPTH} levels. */
        public static final Limits DEFAULT = new Limits(16 * 1024 * 1024, MAX_DEPTH);

        public Limits {
            if (maxChars < 1) {
                throw new InvalidInputException("maxChars is " + maxChars + "; expected at least 1");
            }
            if (maxDepth < 0 || maxDepth > MAX_DEPTH) {
                throw new InvalidInputException("maxDepth is " + maxDepth + "; expected 0 to " + MAX_DEPTH);
            }
        }

        /** The default depth with another text limit. */
        public static Limits ofChars(int maxChars) {
            return new Limits(maxChars, MAX_DEPTH);
        }
    }

    /** The deepest nesting of arrays and objects; a scalar has depth 0, {@code []} has depth 1. */
    public static final int MAX_DEPTH = 256;

    public static final Json NULL = new Json(Kind.NULL, Kind.NULL, 0);
    public static final Json TRUE = new Json(Kind.BOOLEAN, Boolean.TRUE, 0);
    public static final Json FALSE = new Json(Kind.BOOLEAN, Boolean.FALSE, 0);

    private static final Json EMPTY_ARRAY = new Json(Kind.ARRAY, List.of(), 1);
    private static final Json EMPTY_OBJECT = new Json(Kind.OBJECT, Map.of(), 1);

    private final Kind kind;
    /** Boolean, Long, BigDecimal (only what no long can hold, stripped), String, List or Map. */
    private final Object value;

    private final int depth;
    private int hash;

    private Json(Kind kind, Object value, int depth) {
        this.kind = kind;
        this.value = value;
        this.depth = depth;
    }

    // ---- making

    public static Json of(boolean value) {
        return value ? TRUE : FALSE;
    }

    public static Json of(long value) {
        return new Json(Kind.NUMBER, value, 0);
    }

    /** The decimal number that {@link Double#toString(double)} prints; NaN and infinities are refused. */
    public static Json of(double value) {
        if (!Double.isFinite(value)) {
            throw new InvalidInputException("JSON has no number for " + value + "; expected a finite number");
        }
        return of(BigDecimal.valueOf(value));
    }

    /** An exact number of at most 1,000 digits whose magnitude lies between 1e-100000 and 1e+100000. */
    public static Json of(BigDecimal value) {
        return new Json(Kind.NUMBER, JsonNumber.normal(value), 0);
    }

    /** An exact integer of at most 1,000 digits. */
    public static Json of(BigInteger value) {
        return of(new BigDecimal(value));
    }

    /** A string; text with a lone surrogate is refused, because it has no UTF-8 form. */
    public static Json of(String value) {
        return new Json(Kind.STRING, JsonText.wellFormed(value), 0);
    }

    public static Json array(Json... items) {
        return arrayOwned(new ArrayList<>(Arrays.asList(items)));
    }

    public static Json array(Collection<Json> items) {
        return arrayOwned(new ArrayList<>(items));
    }

    /** An array of strings in the collection's order. */
    public static Json strings(Collection<String> items) {
        return arrayOwned(new ArrayList<>(items.stream().map(Json::of).toList()));
    }

    public static Json emptyArray() {
        return EMPTY_ARRAY;
    }

    /** Starts an object. */
    public static ObjectBuilder object() {
        return new ObjectBuilder();
    }

    /** An object with the map's members in the map's iteration order. */
    public static Json object(Map<String, Json> members) {
        members.keySet().forEach(JsonText::wellFormed);
        return objectOwned(new LinkedHashMap<>(members));
    }

    public static Json emptyObject() {
        return EMPTY_OBJECT;
    }

    /**
     * Converts plain Java data: {@code null}, {@code Json}, Boolean, any boxed number, BigInteger, BigDecimal, CharSequence,
     * Instant (ISO text), Optional, Iterable, array of objects, and Map with CharSequence keys. Anything else, and data
     * nested deeper than {@value #MAX_DEPTH} levels (such as a cycle), is refused.
     */
    public static Json fromJava(@Nullable Object value) {
        return JsonConversion.fromJava(value, 0);
    }

    /** Parses with {@link Limits#DEFAULT}. */
    public static Json parse(String text) {
        return parse(text, Limits.DEFAULT);
    }

    /**
     * Parses exactly one RFC 8259 value. One byte order mark at the very start is skipped, as RFC 8259 §8.1 permits.
     * Refused, with line, column (1-based, in UTF-16 code units) and what was expected: duplicate keys, anything after the
     * value, lone surrogates (raw or escaped), numbers of more than 1,000 digits or with an exponent beyond ±100,000, and
     * text over the limits.
     */
    public static Json parse(String text, Limits limits) {
        return JsonParser.parse(text, limits);
    }

    /** Takes over the list, which nobody else may hold. */
    static Json arrayOwned(List<Json> items) {
        return items.isEmpty()
                ? EMPTY_ARRAY
                : new Json(Kind.ARRAY, Collections.unmodifiableList(items), depthOver(items));
    }

    /** Takes over the map, which nobody else may hold. */
    static Json objectOwned(LinkedHashMap<String, Json> members) {
        return members.isEmpty()
                ? EMPTY_OBJECT
                : new Json(Kind.OBJECT, Collections.unmodifiableMap(members), depthOver(members.values()));
    }

    /** A string that the caller has already checked. */
    static Json stringChecked(String value) {
        return new Json(Kind.STRING, value, 0);
    }

    private static int depthOver(Collection<Json> children) {
        int deepest = 0;
        for (Json child : children) {
            deepest = Math.max(deepest, Objects.requireNonNull(child, "use Json.NULL for null").depth);
        }
        if (deepest >= MAX_DEPTH) {
            throw tooDeep();
        }
        return deepest + 1;
    }

    static InvalidInputException tooDeep() {
        return new InvalidInputException("JSON nested deeper than " + MAX_DEPTH
                + " levels (or data that contains itself); expected at most " + MAX_DEPTH);
    }

    // ---- reading

    public Kind kind() {
        return kind;
    }

    public boolean isNull() {
        return kind == Kind.NULL;
    }

    public boolean isBoolean() {
        return kind == Kind.BOOLEAN;
    }

    public boolean isNumber() {
        return kind == Kind.NUMBER;
    }

    /** Whether this is a number without a fraction, of any size. */
    public boolean isInteger() {
        return value instanceof Long || value instanceof BigDecimal number && number.scale() <= 0;
    }

    public boolean isString() {
        return kind == Kind.STRING;
    }

    public boolean isArray() {
        return kind == Kind.ARRAY;
    }

    public boolean isObject() {
        return kind == Kind.OBJECT;
    }

    public String asString() {
        return (String) expect(Kind.STRING);
    }

    public boolean asBoolean() {
        return (Boolean) expect(Kind.BOOLEAN);
    }

    /** The number as an int; a fraction or a number out of range is refused. */
    public int asInt() {
        return JsonNumber.toInt(number());
    }

    /** The number as a long; a fraction or a number out of range is refused. */
    public long asLong() {
        return JsonNumber.toLong(number());
    }

    /** The nearest double; a number beyond the range of doubles is refused. */
    public double asDouble() {
        return JsonNumber.toDouble(number());
    }

    /** The exact number. */
    public BigDecimal asDecimal() {
        return JsonNumber.toDecimal(number());
    }

    /** The items of this array, unmodifiable. */
    @SuppressWarnings("unchecked")
    public List<Json> items() {
        return (List<Json>) expect(Kind.ARRAY);
    }

    /** The members of this object in the order they were put, unmodifiable. */
    @SuppressWarnings("unchecked")
    public Map<String, Json> members() {
        return (Map<String, Json>) expect(Kind.OBJECT);
    }

    /** Number of items or members of this array or object. */
    public int size() {
        return kind == Kind.ARRAY ? items().size() : members().size();
    }

    /** The item of this array at an index from 0. */
    public Json at(int index) {
        List<Json> items = items();
        if (index < 0 || index >= items.size()) {
            throw new InvalidInputException("no item " + index + " in an array of " + items.size() + " items");
        }
        return items.get(index);
    }

    /**
     * The value an RFC 6901 pointer such as {@code /plan/steps/0} leads to, or empty where nothing is there. A malformed
     * pointer is refused.
     */
    public Optional<Json> at(String pointer) {
        return JsonPointer.resolve(this, pointer);
    }

    /** Whether this object has the member, be it JSON null. */
    public boolean has(String key) {
        return members().containsKey(key);
    }

    /** The member, which may be {@link #NULL}. */
    public Optional<Json> get(String key) {
        return Optional.ofNullable(members().get(key));
    }

    /** The string member; absent and null are empty, another kind is refused. */
    public Optional<String> string(String key) {
        return JsonMembers.typed(this, key, Kind.STRING).map(Json::asString);
    }

    /** The string member, which must be there. */
    public String text(String key) {
        return JsonMembers.required(string(key), key, Kind.STRING);
    }

    /** The member as a 64-bit integer; absent and null are empty, another kind or a fraction is refused. */
    public Optional<Long> integer(String key) {
        return JsonMembers.integer(this, key);
    }

    /** The exact number member; absent and null are empty, another kind is refused. */
    public Optional<BigDecimal> decimal(String key) {
        return JsonMembers.typed(this, key, Kind.NUMBER).map(Json::asDecimal);
    }

    /** The boolean member; absent and null are empty, another kind is refused. */
    public Optional<Boolean> bool(String key) {
        return JsonMembers.typed(this, key, Kind.BOOLEAN).map(Json::asBoolean);
    }

    /** The member read as ISO 8601 instant ({@code 2026-02-25T06:00:00Z}); absent and null are empty. */
    public Optional<Instant> instant(String key) {
        return JsonMembers.instant(this, key);
    }

    /** The items of the array member; absent and null are an empty list, another kind is refused. */
    public List<Json> list(String key) {
        return JsonMembers.typed(this, key, Kind.ARRAY).map(Json::items).orElse(List.of());
    }

    /** A copy of this object with the member put or replaced. */
    public Json with(String key, Json member) {
        LinkedHashMap<String, Json> copy = new LinkedHashMap<>(members());
        copy.put(JsonText.wellFormed(key), member);
        return objectOwned(copy);
    }

    /** A copy of this object without the member. */
    public Json without(String key) {
        LinkedHashMap<String, Json> copy = new LinkedHashMap<>(members());
        return copy.remove(key) == null ? this : objectOwned(copy);
    }

    /** Plain Java data: null, Boolean, Long (or BigDecimal where a long cannot hold it), String, unmodifiable List and Map. */
    public @Nullable Object toJava() {
        return JsonConversion.toJava(this);
    }

    private Object expect(Kind expected) {
        if (kind != expected) {
            throw new InvalidInputException(
                    "the JSON value is " + kind.described() + "; expected " + expected.described());
        }
        return value;
    }

    /** Long or BigDecimal. */
    Object number() {
        return expect(Kind.NUMBER);
    }

    // ---- writing and comparing

    /** Compact text with members in the order they were put; also escapes U+2028 and U+2029, so it is safe in JavaScript. */
    @Override
    public String toString() {
        return JsonWriter.compact(this);
    }

    /** Text over several lines, indented by two spaces. */
    public String pretty() {
        return JsonWriter.pretty(this);
    }

    /**
     * The one text that all equal values share: no blanks, keys sorted by UTF-16 code units and only the necessary escapes,
     * as RFC 8785 (JSON Canonicalization Scheme).
     *
     * <p>Numbers differ from RFC 8785 on purpose: that scheme first rounds to an IEEE double, so that 9007199254740993 and
     * 9007199254740992 would get one digest. Here the digits are exact, without trailing zeros, laid out as ECMAScript
     * does: plain from 1e-6 to below 1e+21, else one digit before the point and an exponent with sign ({@code 1.5e+30}). A
     * number that is the shortest text of its double is written as RFC 8785 writes it.
     */
    public String canonical() {
        return JsonWriter.canonical(this);
    }

    /** Lower-case hexadecimal SHA-256 of the UTF-8 bytes of {@link #canonical()}. */
    public String digest() {
        return JsonText.sha256(canonical());
    }

    /** Equal as data: numbers by value, objects whatever the order of their members. */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || other instanceof Json json
                        && kind == json.kind
                        && hashCode() == json.hashCode()
                        && value.equals(json.value);
    }

    @Override
    public int hashCode() {
        int result = hash;
        if (result == 0) {
            result = value.hashCode();
            hash = result;
        }
        return result;
    }

    /** Collects the members of one object; not thread-safe. A key put twice keeps its place and takes the later value. */
    public static final class ObjectBuilder {

        private final LinkedHashMap<String, Json> members = new LinkedHashMap<>();

        private ObjectBuilder() {}

        public ObjectBuilder put(String key, Json value) {
            members.put(JsonText.wellFormed(key), Objects.requireNonNull(value, "use Json.NULL for null"));
            return this;
        }

        public ObjectBuilder put(String key, String value) {
            return put(key, Json.of(value));
        }

        public ObjectBuilder put(String key, long value) {
            return put(key, Json.of(value));
        }

        public ObjectBuilder put(String key, double value) {
            return put(key, Json.of(value));
        }

        public ObjectBuilder put(String key, BigDecimal value) {
            return put(key, Json.of(value));
        }

        public ObjectBuilder put(String key, boolean value) {
            return put(key, Json.of(value));
        }

        /** Puts the ISO 8601 text of the instant. */
        public ObjectBuilder put(String key, Instant value) {
            return put(key, Json.of(value.toString()));
        }

        /** Puts what {@link Json#fromJava(Object)} makes of the value, or nothing when it is empty. */
        public ObjectBuilder putIfPresent(String key, Optional<?> value) {
            value.ifPresent(present -> put(key, fromJava(present)));
            return this;
        }

        /** The object so far; the builder can go on. */
        public Json build() {
            return objectOwned(new LinkedHashMap<>(members));
        }
    }
}
