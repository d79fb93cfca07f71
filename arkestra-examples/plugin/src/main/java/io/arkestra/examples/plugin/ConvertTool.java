package io.arkestra.examples.plugin;

import io.arkestra.common.Json;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.Locale;

/** Converts lengths and masses. Has no effect outside, so there is nothing to prepare or undo. */
final class ConvertTool implements Tool {
    private static final ToolSpec SPEC = ToolSpec.builder("unit.convert")
            .description(
                    "Converts an amount between units of length (mm, cm, m, km, in, ft, mi) or of mass (g, kg, oz, lb).")
            .arguments("""
                    {
                      "type": "object",
                      "properties": {
                        "amount": {"type": "number"},
                        "from": {"$ref": "#/$defs/unit"},
                        "to": {"$ref": "#/$defs/unit"}
                      },
                      "required": ["amount", "from", "to"],
                      "additionalProperties": false,
                      "$defs": {"unit": {"enum": ["mm", "cm", "m", "km", "in", "ft", "mi", "g", "kg", "oz", "lb"]}}
                    }
                    """)
            .timeout(Duration.ofSeconds(1))
            .examples("How many kilometres are 26.2 miles?", "Сколько граммов в фунте?")
            .build();

    @Override
    public ToolSpec spec() {
        return SPEC;
    }

    @Override
    public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
        // The engine has checked the arguments against the schema: they are there and of the right type.
        Json arguments = call.arguments();
        BigDecimal amount = arguments.decimal("amount").orElseThrow();
        Unit from = Unit.named(arguments.text("from"));
        Unit to = Unit.named(arguments.text("to"));
        if (from.quantity != to.quantity) {
            // What the schema cannot say; the message goes to the model, which can then do better.
            throw new ToolException(
                    ToolException.Reason.INVALID_ARGUMENTS,
                    "'" + from + "' is a unit of " + from.quantity + " and '" + to + "' one of " + to.quantity
                            + "; both must be of the same quantity");
        }
        BigDecimal result = amount.multiply(from.size)
                .divide(to.size, MathContext.DECIMAL64)
                .round(new MathContext(6))
                .stripTrailingZeros();
        return ToolResult.of(
                amount.toPlainString() + " " + from + " = " + result.toPlainString() + " " + to,
                Json.object().put("amount", result).put("unit", to.toString()).build());
    }

    private enum Quantity {
        LENGTH,
        MASS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Sizes in metres and grams: exact by the international yard and pound agreement of 1959. */
    private enum Unit {
        MM(Quantity.LENGTH, "0.001"),
        CM(Quantity.LENGTH, "0.01"),
        M(Quantity.LENGTH, "1"),
        KM(Quantity.LENGTH, "1000"),
        IN(Quantity.LENGTH, "0.0254"),
        FT(Quantity.LENGTH, "0.3048"),
        MI(Quantity.LENGTH, "1609.344"),
        G(Quantity.MASS, "1"),
        KG(Quantity.MASS, "1000"),
        OZ(Quantity.MASS, "28.349523125"),
        LB(Quantity.MASS, "453.59237");

        private final Quantity quantity;
        private final BigDecimal size;

        Unit(Quantity quantity, String size) {
            this.quantity = quantity;
            this.size = new BigDecimal(size);
        }

        static Unit named(String name) {
            return valueOf(name.toUpperCase(Locale.ROOT));
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
