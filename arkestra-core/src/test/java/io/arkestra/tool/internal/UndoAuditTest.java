package io.arkestra.tool.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.UndoReport;
import io.arkestra.common.ArkestraException;
import io.arkestra.common.Scope;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Taking back while the audit cannot be written. */
@Timeout(60)
class UndoAuditTest {
    private final AtomicBoolean lit = new AtomicBoolean();

    private final class Lamp implements Tool {
        @Override
        public ToolSpec spec() {
            return ToolSpec.builder("lamp.light")
                    .description("Lights the lamp")
                    .capability("lamp.write")
                    .sideEffect(ToolSpec.SideEffect.LOCAL)
                    .reversible()
                    .build();
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            lit.set(true);
            return ToolResult.text("lit");
        }

        @Override
        public void undo(Prepared prepared, ToolContext context) {
            lit.set(false);
        }
    }

    @Test
    void undo_thatTheAuditCannotTakeDown_isToldAsItIs() {
        try (CallBench bench = new CallBench()) {
            bench.add(new Lamp());
            ToolRunner.Done done = bench.runner().run(LlmToolCall.of("c1", "lamp.light", "{}"), CallBench.place());
            assertEquals(ToolRunner.OK, done.status());
            assertTrue(lit.get());
            bench.taking = (kind, scope, subject, outcome, rules, detail) -> {
                throw new ArkestraException("audit.file", "The audit cannot be written");
            };
            UndoReport report =
                    bench.desk().undo(Scope.of(CallBench.ALICE), done.facts().id());
            assertEquals(UndoReport.Kind.UNDONE, report.kind());
            assertFalse(lit.get());
        }
    }
}
