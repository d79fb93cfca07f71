package io.arkestra.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    private static final Json SAMPLE = Json.parse("""
            {"name": "Анна", "age": 41, "rate": 1.5, "ok": true, "none": null, "tags": ["x", "y"],
             "at": "2026-02-25T09:00:00+03:00", "deep": {"a/b": {"m~n": [10, 20]}, "": 7}}""");

    @Test
    void objectBuilder_everyOverload_keepsOrderAndKinds() {
        Json json = Json.object()
                .put("text", "a")
                .put("whole", 3)
                .put("real", 0.5)
                .put("exact", new BigDecimal("1.10"))
                .put("flag", true)
                .put("at", Instant.parse("2026-02-25T06:00:00Z"))
                .put("json", Json.array(Json.NULL, Json.of(2L)))
                .putIfPresent("present", Optional.of(List.of("p")))
                .putIfPresent("absent", Optional.empty())
                .put("whole", 4)
                .build();

        assertEquals(
                "{\"text\":\"a\",\"whole\":4,\"real\":0.5,\"exact\":1.1,\"flag\":true,"
                        + "\"at\":\"2026-02-25T06:00:00Z\",\"json\":[null,2],\"present\":[\"p\"]}",
                json.toString());
    }

    @Test
    void objectBuilder_usedAfterBuild_leavesTheBuiltValueAlone() {
        Json.ObjectBuilder builder = Json.object().put("a", 1);
        Json first = builder.build();
        builder.put("b", 2);

        assertEquals("{\"a\":1}", first.toString());
    }

    @Test
    void factories_mutableSource_isCopied() {
        List<Json> items = new ArrayList<>(List.of(Json.of(1)));
        Map<String, Json> members = new HashMap<>(Map.of("a", Json.of(1)));
        Json array = Json.array(items);
        Json object = Json.object(members);
        items.clear();
        members.clear();

        assertEquals("[1]", array.toString());
        assertEquals("{\"a\":1}", object.toString());
        assertThrows(UnsupportedOperationException.class, () -> array.items().clear());
        assertThrows(UnsupportedOperationException.class, () -> object.members().clear());
        assertThrows(
                UnsupportedOperationException.class,
                () -> Json.parse("[1]").items().clear());
    }

    @Test
    void kinds_eachValue_answersItsOwnQuestionOnly() {
        Map<Json, Json.Kind> kinds = Map.of(
                Json.NULL,
                Json.Kind.NULL,
                Json.TRUE,
                Json.Kind.BOOLEAN,
                Json.of(1),
                Json.Kind.NUMBER,
                Json.of(""),
                Json.Kind.STRING,
                Json.emptyArray(),
                Json.Kind.ARRAY,
                Json.emptyObject(),
                Json.Kind.OBJECT);
        kinds.forEach((json, kind) -> {
            assertEquals(kind, json.kind());
            List<Boolean> answers = List.of(
                    json.isNull(), json.isBoolean(), json.isNumber(), json.isString(), json.isArray(), json.isObject());
            assertEquals(1, answers.stream().filter(answer -> answer).count());
            assertTrue(answers.get(kind.ordinal()));
        });
    }

    @Test
    void numbers_whateverTheFactory_areEqualByValue() {
        List<Json> ones = List.of(
                Json.of(1),
                Json.of(1.0),
                Json.of(new BigDecimal("1.000")),
                Json.of(BigInteger.ONE),
                Json.parse("10e-1"),
                Json.fromJava((short) 1),
                Json.fromJava(1f));
        for (Json one : ones) {
            assertEquals(Json.of(1), one);
            assertEquals(Json.of(1).hashCode(), one.hashCode());
            assertEquals(Json.of(1).digest(), one.digest());
        }
        assertNotEquals(Json.of(1), Json.of("1"));
        assertNotEquals(Json.parse("9007199254740993"), Json.parse("9007199254740992"));
    }

    @Test
    void numbers_conversions_refuseWhatDoesNotFit() {
        assertEquals(Integer.MAX_VALUE, Json.of(Integer.MAX_VALUE).asInt());
        assertEquals(Long.MIN_VALUE, Json.parse("-9223372036854775808").asLong());
        assertEquals(1000L, Json.parse("1e3").asLong());
        assertEquals(new BigDecimal("0.30"), Json.parse("0.3").asDecimal().setScale(2));
        assertEquals(0.1, Json.parse("0.1").asDouble());
        assertEquals(0.0, Json.parse("1e-100000").asDouble());
        assertTrue(Json.parse("1e30").isInteger());
        assertFalse(Json.parse("1.5").isInteger());

        assertRefused(
                "the number 2147483648 is out of range",
                () -> Json.of(2147483648L).asInt());
        assertRefused("the number 1.5 is not whole", () -> Json.of(1.5).asLong());
        assertRefused("is out of range", () -> Json.parse("9223372036854775808").asLong());
        assertRefused(
                "the number 1e+400 is out of range; expected a double",
                () -> Json.parse("1e400").asDouble());
        assertRefused(
                "the JSON value is a string; expected a number",
                () -> Json.of("1").asInt());
        assertRefused("finite", () -> Json.of(Double.NaN));
        assertRefused("finite", () -> Json.of(Double.NEGATIVE_INFINITY));
        assertRefused("digits", () -> Json.of(BigInteger.TEN.pow(1000)));
        assertRefused("magnitude", () -> Json.of(new BigDecimal("1e100001")));
        assertRefused("magnitude", () -> Json.of(new BigDecimal(BigInteger.ONE, Integer.MAX_VALUE)));
        assertRefused("magnitude", () -> Json.of(new BigDecimal(BigInteger.ONE, Integer.MIN_VALUE)));
    }

    @Test
    void accessors_wrongKind_nameFoundAndExpected() {
        assertRefused("is a number; expected a string", () -> Json.of(1).asString());
        assertRefused("is null; expected a boolean", Json.NULL::asBoolean);
        assertRefused(
                "is an object; expected an array", () -> Json.emptyObject().items());
        assertRefused("is an array; expected an object", () -> Json.emptyArray().members());
        assertRefused("is a string; expected an object", () -> Json.of("x").size());
        assertRefused("member \"age\" is a number; expected a string", () -> SAMPLE.string("age"));
        assertRefused("member \"name\" is a string; expected an array", () -> SAMPLE.list("name"));
        assertRefused("member \"rate\" is 1.5; expected a 64-bit integer", () -> SAMPLE.integer("rate"));
        assertRefused("member \"name\" is not a point in time", () -> SAMPLE.instant("name"));
        assertRefused("member \"nope\" is missing; expected a string", () -> SAMPLE.text("nope"));
        assertRefused(
                "no item 2 in an array of 2 items",
                () -> SAMPLE.get("tags").orElseThrow().at(2));
    }

    @Test
    void memberAccessors_presentAbsentAndNull_areTypedOptionals() {
        assertEquals("Анна", SAMPLE.text("name"));
        assertEquals(Optional.of(41L), SAMPLE.integer("age"));
        assertEquals(Optional.of(new BigDecimal("1.5")), SAMPLE.decimal("rate"));
        assertEquals(Optional.of(true), SAMPLE.bool("ok"));
        assertEquals(Optional.of(Instant.parse("2026-02-25T06:00:00Z")), SAMPLE.instant("at"));
        assertEquals(List.of(Json.of("x"), Json.of("y")), SAMPLE.list("tags"));
        for (String key : List.of("none", "absent")) {
            assertEquals(Optional.empty(), SAMPLE.string(key));
            assertEquals(Optional.empty(), SAMPLE.integer(key));
            assertEquals(Optional.empty(), SAMPLE.bool(key));
            assertEquals(List.of(), SAMPLE.list(key));
        }
        assertTrue(SAMPLE.has("none"));
        assertEquals(Optional.of(Json.NULL), SAMPLE.get("none"));
        assertFalse(SAMPLE.has("absent"));
        assertEquals(8, SAMPLE.size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "/tags/1 | \"y\"",
                "/deep/a~1b/m~0n/0 | 10",
                "/deep/ | 7",
                "/none | null",
                "/tags/2 | -",
                "/tags/- | -",
                "/tags/01 | -",
                "/tags/+1 | -",
                "/tags/99999999999 | -",
                "/name/0 | -",
                "/absent/x | -",
            })
    void at_pointer_findsWhatRfc6901Says(String pointer, String expected) {
        assertEquals(Optional.ofNullable(expected).map(Json::parse), SAMPLE.at(pointer));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tags", "/a~2", "/a~", " "})
    void at_malformedPointer_isRefused(String pointer) {
        assertRefused("is not a JSON pointer", () -> SAMPLE.at(pointer));
    }

    @Test
    void at_emptyPointer_isTheWholeValue() {
        assertEquals(Optional.of(SAMPLE), SAMPLE.at(""));
    }

    @Test
    void withAndWithout_copy_leaveTheOriginalAlone() {
        Json json = Json.parse("{\"a\":1,\"b\":2}");

        assertEquals("{\"a\":3,\"b\":2}", json.with("a", Json.of(3)).toString());
        assertEquals("{\"a\":1,\"b\":2,\"c\":3}", json.with("c", Json.of(3)).toString());
        assertEquals("{\"b\":2}", json.without("a").toString());
        assertEquals(json, json.without("zz"));
        assertEquals("{\"a\":1,\"b\":2}", json.toString());
    }

    @Test
    void canonical_keysAndNumbersAndStrings_haveOneForm() {
        Json json = Json.parse("""
                {"\\u20ac": "\\u2028<\\/>\\u000f", "\\r": 1.0, "\\ufb33": 3e0, "1": 1e21, "\\ud83d\\ude00": 0.0000010,
                 "\\u0080": [56.0, {"d": true, "10": null, "1": []}], "\\u00f6": 1e-7}""");

        assertEquals(
                "{\"\\r\":1,\"1\":1e+21,\"\u0080\":[56,{\"1\":[],\"10\":null,\"d\":true}],\"ö\":1e-7,"
                        + "\"€\":\"\u2028</>\\u000f\",\"😀\":0.000001,\"\ufb33\":3}",
                json.canonical());
    }

    @Test
    void digest_knownText_isSha256OfItsUtf8() {
        // printf '{"a":"ё"}' | sha256sum
        assertEquals(
                "c9ebb2f94b8aad55abbccf3d221fd7e593bd462c7556947c2905f8e60843465c",
                Json.object().put("a", "ё").build().digest());
        assertNotEquals(Json.of("1").digest(), Json.of(1).digest());
    }

    @Test
    void equals_memberOrder_doesNotMatterButItemOrderDoes() {
        Json one = Json.parse("{\"a\":1,\"b\":[1,2]}");
        Json two = Json.parse("{\"b\":[1.0,2],\"a\":1e0}");

        assertEquals(one, two);
        assertEquals(one.hashCode(), two.hashCode());
        assertEquals(one.digest(), two.digest());
        assertNotEquals(one, Json.parse("{\"a\":1,\"b\":[2,1]}"));
        assertNotEquals(Json.emptyArray(), Json.emptyObject());
        assertNotEquals(Json.NULL, Json.FALSE);
    }

    @Test
    void pretty_nestedValue_isIndentedAndParsesBack() {
        assertEquals("""
                {
                  "a": [
                    1,
                    {}
                  ],
                  "b": {
                    "c": []
                  }
                }""", Json.parse("{\"a\":[1,{}],\"b\":{\"c\":[]}}").pretty());
        assertEquals(SAMPLE, Json.parse(SAMPLE.pretty()));
    }

    @Test
    void building_loneSurrogate_isRefusedEverywhere() {
        assertRefused("lone surrogate (U+D83D) at index 1 of 2", () -> Json.of("a\ud83d"));
        assertRefused("lone surrogate", () -> Json.of("\ude00a"));
        assertRefused("lone surrogate", () -> Json.strings(List.of("\ud83dx")));
        assertRefused("lone surrogate", () -> Json.object().put("\ud83d", 1));
        assertRefused("lone surrogate", () -> Json.object(Map.of("\ud83d", Json.NULL)));
        assertRefused("lone surrogate", () -> Json.emptyObject().with("\ud83d", Json.NULL));
        assertRefused("lone surrogate", () -> Json.fromJava(Map.of("\ud83d", 1)));
        assertEquals("\"😀\"", Json.of("😀").toString());
    }

    @Test
    void building_deeperThanTheLimit_isRefused() {
        Json deepest = Json.emptyArray();
        for (int depth = 1; depth < Json.MAX_DEPTH; depth++) {
            deepest = Json.array(deepest);
        }
        Json full = deepest;

        assertEquals(full, Json.parse(full.toString()));
        assertRefused("nested deeper than 256 levels", () -> Json.array(full));
        assertRefused(
                "nested deeper than 256 levels",
                () -> Json.object().put("a", full).build());
        assertRefused("nested deeper than 256 levels", () -> Json.emptyObject().with("a", full));
    }

    @Test
    void fromJava_plainData_comesBackThroughToJava() {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("s", "x");
        data.put("i", 1);
        data.put("f", 0.1f);
        data.put("big", new BigInteger("9223372036854775808"));
        data.put("n", null);
        data.put("l", Arrays.asList(true, null, new Object[] {'c' + ""}));
        data.put("o", Optional.of(Instant.EPOCH));
        Json json = Json.fromJava(data);

        assertEquals(
                "{\"s\":\"x\",\"i\":1,\"f\":0.1,\"big\":9223372036854775808,\"n\":null,"
                        + "\"l\":[true,null,[\"c\"]],\"o\":\"1970-01-01T00:00:00Z\"}",
                json.toString());
        assertEquals(json, Json.fromJava(json.toJava()));
        Map<?, ?> back = (Map<?, ?>) json.toJava();
        assertEquals(1L, back.get("i"));
        assertEquals(new BigDecimal("9223372036854775808"), back.get("big"));
        assertTrue(back.containsKey("n"));
        assertNull(back.get("n"));
        assertThrows(UnsupportedOperationException.class, back::clear);
    }

    @Test
    void fromJava_whatHasNoJsonForm_isRefused() {
        assertRefused("no JSON form for java.lang.Thread", () -> Json.fromJava(Thread.currentThread()));
        assertRefused("a map key is a java.lang.Integer; expected text", () -> Json.fromJava(Map.of(1, 2)));
        assertRefused("finite", () -> Json.fromJava(Float.NaN));
        List<Object> cycle = new ArrayList<>();
        cycle.add(cycle);
        cycle.add(cycle);
        assertRefused("contains itself", () -> Json.fromJava(cycle));
    }

    private static void assertRefused(String expected, Executable action) {
        String message = assertThrows(InvalidInputException.class, action).getMessage();
        assertTrue(message.contains(expected), message);
    }
}
