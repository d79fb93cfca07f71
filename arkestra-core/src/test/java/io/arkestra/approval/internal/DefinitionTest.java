package io.arkestra.approval.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.arkestra.tool.ToolSpec;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What makes a tool another one to whoever agreed to it. */
class DefinitionTest {
    private static ToolSpec.Builder tool() {
        return ToolSpec.builder("run.it")
                .description("Runs it")
                .capability("process.run")
                .sideEffect(ToolSpec.SideEffect.LOCAL)
                .untrusted("process")
                .sandbox("S3");
    }

    static Stream<UnaryOperator<ToolSpec.Builder>> changes() {
        return Stream.of(
                spec -> spec.sandbox("S1"),
                spec -> spec.untrusted("web"),
                spec -> spec.idempotent(),
                spec -> spec.reversible(),
                spec -> spec.version("2.0.0"),
                spec -> spec.description("Runs it well"),
                spec -> spec.capability("net.send"),
                spec -> spec.sideEffect(ToolSpec.SideEffect.OUTWARD),
                spec -> spec.arguments("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}"),
                spec -> spec.result("{\"type\":\"object\"}"));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void of_changedTool_isAnother(UnaryOperator<ToolSpec.Builder> change) {
        assertNotEquals(
                Definition.of(tool().build()),
                Definition.of(change.apply(tool()).build()));
    }

    @Test
    void of_sameTool_isTheSame() {
        assertEquals(Definition.of(tool().build()), Definition.of(tool().build()));
    }
}
