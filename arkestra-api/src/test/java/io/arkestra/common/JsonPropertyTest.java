package io.arkestra.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JsonPropertyTest {

    private static final long SEED = 20260225;

    @Test
    void anyValue_writtenInAnyForm_parsesBackToItself() {
        Random random = new Random(SEED);
        for (int round = 0; round < 3_000; round++) {
            Json json = value(random, 4);

            assertEquals(json, Json.parse(json.toString()));
            assertEquals(json, Json.parse(json.pretty()));
            Json canonical = Json.parse(json.canonical());
            assertEquals(json, canonical);
            assertEquals(json.canonical(), canonical.canonical());
            assertEquals(json.hashCode(), canonical.hashCode());
            assertEquals(json, Json.fromJava(json.toJava()));
        }
    }

    @Test
    void anyValue_membersShuffled_keepsDigestAndEquality() {
        Random random = new Random(SEED + 1);
        for (int round = 0; round < 1_000; round++) {
            Json json = value(random, 4);
            Json shuffled = shuffled(json, random);

            assertEquals(json, shuffled);
            assertEquals(json.hashCode(), shuffled.hashCode());
            assertEquals(json.digest(), shuffled.digest());
        }
    }

    @Test
    void canonicalText_ofDifferentValues_differs() {
        Random random = new Random(SEED + 2);
        Map<String, Json> seen = new LinkedHashMap<>();
        for (int round = 0; round < 3_000; round++) {
            Json json = value(random, 2);
            Json previous = seen.putIfAbsent(json.canonical(), json);
            if (previous != null) {
                assertEquals(previous, json);
            }
        }
    }

    @Test
    void parse_mutatedText_onlyEverRefusesCleanly() {
        Random random = new Random(SEED + 3);
        for (int round = 0; round < 10_000; round++) {
            String text = mutated(value(random, 3).toString(), random);
            try {
                Json parsed = Json.parse(text);
                assertEquals(parsed, Json.parse(parsed.toString()));
            } catch (InvalidInputException refused) {
                continue;
            } catch (Throwable other) {
                fail("seed " + SEED + ", round " + round + ": " + text, other);
            }
        }
    }

    private static String mutated(String text, Random random) {
        StringBuilder out = new StringBuilder(text);
        String alphabet = "{}[]\",:\\u0019eE+-.tfn \n\t/\u0000\u00a0\ud83d\ude00яx";
        for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
            int at = random.nextInt(out.length() + 1);
            int to = Math.min(out.length(), at + random.nextInt(4));
            switch (random.nextInt(4)) {
                case 0 -> out.delete(at, to);
                case 1 -> out.insert(at, alphabet.charAt(random.nextInt(alphabet.length())));
                case 2 -> out.insert(at, out.substring(at, to));
                default -> out.setLength(Math.max(at, 0));
            }
        }
        return out.toString();
    }

    private static Json shuffled(Json json, Random random) {
        return switch (json.kind()) {
            case ARRAY ->
                Json.array(json.items().stream()
                        .map(item -> shuffled(item, random))
                        .toList());
            case OBJECT -> {
                List<String> keys = new ArrayList<>(json.members().keySet());
                Collections.shuffle(keys, random);
                Json.ObjectBuilder object = Json.object();
                keys.forEach(key -> object.put(key, shuffled(json.get(key).orElseThrow(), random)));
                yield object.build();
            }
            default -> json;
        };
    }

    private static Json value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 9 : 6)) {
            case 0 -> Json.NULL;
            case 1 -> Json.of(random.nextBoolean());
            case 2 -> Json.of(random.nextBoolean() ? random.nextInt(100) : random.nextLong());
            case 3 -> number(random);
            case 4, 5 -> Json.of(text(random));
            case 6 ->
                Json.array(IntStream.range(0, random.nextInt(5))
                        .mapToObj(i -> value(random, depth - 1))
                        .toList());
            default -> {
                Json.ObjectBuilder object = Json.object();
                for (int i = random.nextInt(6); i > 0; i--) {
                    object.put(text(random), value(random, depth - 1));
                }
                yield object.build();
            }
        };
    }

    private static Json number(Random random) {
        if (random.nextInt(3) == 0) {
            double number = Double.longBitsToDouble(random.nextLong());
            return Json.of(Double.isFinite(number) ? number : 0.5);
        }
        return Json.of(new BigDecimal(new BigInteger(random.nextInt(300), random), random.nextInt(400) - 200));
    }

    private static String text(Random random) {
        StringBuilder out = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            switch (random.nextInt(6)) {
                case 0 -> out.append((char) random.nextInt(0x20));
                case 1 -> out.append("\"\\/\u2028\u2029\u007f".charAt(random.nextInt(6)));
                case 2 -> out.append((char) (0x400 + random.nextInt(0x100)));
                case 3 -> out.appendCodePoint(0x10000 + random.nextInt(0x100000));
                case 4 -> out.append((char) (0xe000 + random.nextInt(0x2000)));
                default -> out.append((char) ('a' + random.nextInt(4)));
            }
        }
        return out.toString();
    }
}
