package io.arkestra.examples.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.testkit.TestToolContext;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolProvider;
import io.arkestra.tool.ToolResult;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CustomToolPluginTest {
    private final ConvertTool tool = new ConvertTool();

    @Test
    void serviceLoader_jarOnTheClassPath_findsThePlugin() {
        assertTrue(ServiceLoader.load(ToolProvider.class).stream()
                .anyMatch(found -> found.type() == CustomToolPlugin.class));
    }

    @ParameterizedTest
    @CsvSource({"26.2,mi,km,42.1648", "1,lb,g,453.592", "3,ft,in,36", "0,m,mm,0", "-5,kg,lb,-11.0231"})
    void call_unitsOfOneQuantity_converts(String amount, String from, String to, String expected) {
        ToolResult result = convert(amount, from, to);

        assertEquals(amount + " " + from + " = " + expected + " " + to, result.text());
        assertEquals(Json.parse("{\"amount\":" + expected + ",\"unit\":\"" + to + "\"}"), result.data());
    }

    @Test
    void call_unitsOfTwoQuantities_saysWhatWouldWork() {
        ToolException refusal = assertThrows(ToolException.class, () -> convert("1", "kg", "m"));

        assertEquals(ToolException.Reason.INVALID_ARGUMENTS, refusal.reason());
        assertEquals(
                "'kg' is a unit of mass and 'm' one of length; both must be of the same quantity",
                refusal.getMessage());
    }

    private ToolResult convert(String amount, String from, String to) {
        Json arguments = Json.parse("{\"amount\":" + amount + "}")
                .with("from", Json.of(from))
                .with("to", Json.of(to));
        return tool.call(
                ToolCall.of("call-1", "unit.convert", arguments),
                Prepared.nothing(),
                TestToolContext.builder().build());
    }
}
