package io.arkestra.llm.repair.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.schema.internal.SchemaValidator;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRepairTest {
    private static final Json ANY = Json.emptyObject();
    private static final SchemaValidator SCHEMAS = SchemaValidator.create();

    private final JsonRepair repair = new JsonRepair(SCHEMAS);

    static List<DamagedAnswers.Answer> damaged() {
        return DamagedAnswers.all();
    }

    @ParameterizedTest
    @MethodSource("damaged")
    void read_aDamagedAnswer_givesWhatWasMeantOrAReason(DamagedAnswers.Answer answer) {
        Repaired result = repair.read(answer.raw(), answer.schema());

        assertEquals(answer.expected(), result.document(), () -> result + " " + result.reason());
        if (answer.expected().isPresent()) {
            assertEquals(answer.steps(), result.steps());
            assertEquals("", result.reason());
        } else {
            assertFalse(result.reason().isBlank());
        }
    }

    @Test
    void read_aValidDocument_isReturnedAsItIs() {
        Random random = new Random(7);
        for (int i = 0; i < 500; i++) {
            Json document = Json.object().put("v", value(random, 4)).build();

            Repaired result = repair.read(i % 2 == 0 ? document.toString() : document.pretty(), ANY);

            assertEquals(Optional.of(document), result.document());
            assertEquals(List.of(), result.steps());
        }
    }

    @Test
    void read_anyMutationOfADamagedAnswer_endsWithAValidDocumentOrAReason() {
        Random random = new Random(11);
        for (DamagedAnswers.Answer answer : damaged()) {
            for (int i = 0; i < 150; i++) {
                String raw = mutated(answer.raw(), random);

                Repaired result = repair.read(raw, answer.schema());

                if (result.document().isPresent()) {
                    assertEquals(
                            List.of(),
                            SCHEMAS.compile(answer.schema())
                                    .validate(result.document().get()));
                } else {
                    assertFalse(result.reason().isBlank());
                }
            }
        }
    }

    @Test
    void read_everyCutOfADocument_endsWithAValidDocumentOrAReason() {
        Json schema = damaged().get(0).schema();
        String whole = damaged().get(0).raw();
        for (int end = 0; end < whole.length(); end++) {
            Repaired result = repair.read(whole.substring(0, end), schema);

            result.document().ifPresent(json -> {
                assertEquals("Buy milk", json.text("title"));
                assertTrue(result.steps().contains(Steps.CUT));
            });
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[",
                "{\"a\":",
                "{'a':[",
                "\"",
                "{\"a\":\"\\",
                "```",
                "<think>",
                "{a:{",
                "'",
                "/*",
                "#\n",
                "{ \" \"",
                "\n\" ",
                "<think></think>",
                "{,"
            })
    void read_aLongRunOfTheSamePiece_endsSoon(String piece) {
        String raw = "{\"a\":\"" + piece.repeat(60_000);

        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> repair.read(raw, ANY));
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> repair.read(piece.repeat(60_000), ANY));
    }

    @Test
    void read_anAnswerThatIsTooLong_isRefused() {
        assertTrue(
                repair.read("x".repeat(JsonRepair.MAX_CHARS + 1), ANY).reason().contains("expected at most"));
    }

    @Test
    void read_withASchemaThatCannotBeUsed_isRefused() {
        assertTrue(
                repair.read("{}", Json.parse("{\"type\":\"wrong\"}")).reason().contains("schema"));
    }

    @Test
    void read_aReferenceIntoTheSchema_coercesBehindIt() {
        Json schema = Json.parse("""
                {"type":"object","properties":{"n":{"$ref":"#/$defs/count"}},"$defs":{"count":{"type":"integer"}}}
                """);

        Repaired result = repair.read("{\"n\":\"3\"}", schema);

        assertEquals(Optional.of(Json.parse("{\"n\":3}")), result.document());
    }

    private static Json value(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 4 : 6)) {
            case 0 -> Json.of(random.nextInt());
            case 1 -> Json.of(random.nextDouble());
            case 2 -> Json.of("t\"{}[]'\n\u201C😀\\" + random.nextInt(9));
            case 3 -> Json.of(random.nextBoolean());
            case 4 -> Json.array(value(random, depth - 1), value(random, depth - 1));
            default ->
                Json.object()
                        .put("k", value(random, depth - 1))
                        .put("``` </think>", value(random, depth - 1))
                        .build();
        };
    }

    private static String mutated(String raw, Random random) {
        String signs = "{}[]\"',:\\ntfu0-+.#/*`\n\u201C\uD83D\uFEFF\u0000 <";
        StringBuilder text = new StringBuilder(raw);
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(text.length() + 1);
            switch (random.nextInt(3)) {
                case 0 -> text.insert(at, signs.charAt(random.nextInt(signs.length())));
                case 1 -> text.setLength(at);
                default -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(3)));
            }
        }
        return text.toString();
    }
}
