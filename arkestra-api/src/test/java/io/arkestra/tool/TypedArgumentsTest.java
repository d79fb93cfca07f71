package io.arkestra.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TypedArgumentsTest {
    enum Currency {
        EUR,
        RUB
    }

    record Part(String name, @Argument(min = 1, max = 9) int count) {}

    record Order(
            @Argument(value = "Who gets it", target = "recipient", min = 1, max = 80)
            String to,

            @Argument(min = 0.01) BigDecimal amount,
            Currency currency,
            Optional<LocalDate> on,
            @Argument(max = 3) List<Part> parts,
            boolean gift,
            Optional<Long> number) {
        Order {
            if (gift && amount.compareTo(new BigDecimal(100)) > 0) {
                throw new IllegalArgumentException("a gift costs at most 100");
            }
        }
    }

    record Unbindable(Map<String, String> anything) {}

    private final TypedArguments<Order> arguments = TypedArguments.of(Order.class);

    @Test
    void schema_ofARecord_saysWhatTheRecordTakes() {
        Json schema = arguments.schema();

        assertEquals(
                Json.parse("[\"to\",\"amount\",\"currency\",\"parts\",\"gift\"]"),
                schema.get("required").orElseThrow());
        assertEquals(
                Json.parse("{\"type\":\"string\",\"description\":\"Who gets it\",\"minLength\":1,\"maxLength\":80,"
                        + "\"x-arkestra-target\":\"recipient\"}"),
                schema.at("/properties/to").orElseThrow());
        assertEquals(
                Json.parse("{\"enum\":[\"eur\",\"rub\"]}"),
                schema.at("/properties/currency").orElseThrow());
        assertEquals(
                Json.parse("{\"type\":\"number\",\"minimum\":0.01}"),
                schema.at("/properties/amount").orElseThrow());
        assertEquals(
                Json.of(9),
                schema.at("/properties/parts/items/properties/count/maximum").orElseThrow());
        assertEquals(Json.of(3), schema.at("/properties/parts/maxItems").orElseThrow());
        assertEquals(Json.FALSE, schema.get("additionalProperties").orElseThrow());
    }

    @Test
    void read_validArguments_makesTheRecord() {
        Order order =
                arguments.read(Json.parse("{\"to\":\"Ann\",\"amount\":12.50,\"currency\":\"rub\",\"on\":\"2026-11-21\","
                        + "\"parts\":[{\"name\":\"cog\",\"count\":2}],\"gift\":false}"));

        assertEquals(
                new Order(
                        "Ann",
                        new BigDecimal("12.5"),
                        Currency.RUB,
                        Optional.of(LocalDate.of(2026, 11, 21)),
                        List.of(new Part("cog", 2)),
                        false,
                        Optional.empty()),
                order);
    }

    @Test
    void read_recordThatRefuses_passesOnWhatItSays() {
        ToolException refusal = assertThrows(
                ToolException.class,
                () -> arguments.read(
                        Json.parse("{\"to\":\"Ann\",\"amount\":101,\"currency\":\"eur\",\"parts\":[],\"gift\":true}")));

        assertEquals(ToolException.Reason.INVALID_ARGUMENTS, refusal.reason());
        assertEquals("a gift costs at most 100", refusal.getMessage());
    }

    @Test
    void read_dateThatDoesNotExist_namesTheArgument() {
        ToolException refusal = assertThrows(
                ToolException.class,
                () -> arguments.read(
                        Json.parse("{\"to\":\"Ann\",\"amount\":1,\"currency\":\"eur\",\"on\":\"2026-02-30\","
                                + "\"parts\":[],\"gift\":true}")));

        assertEquals(ToolException.Reason.INVALID_ARGUMENTS, refusal.reason());
        assertTrue(refusal.getMessage().startsWith("'on' is \"2026-02-30\""), refusal.getMessage());
    }

    @Test
    void of_typeThatNoArgumentHas_namesTheComponent() {
        ConfigException refusal = assertThrows(ConfigException.class, () -> TypedArguments.of(Unbindable.class));

        assertTrue(
                refusal.getMessage().startsWith("Unbindable.anything is of type java.util.Map"), refusal.getMessage());
    }
}
