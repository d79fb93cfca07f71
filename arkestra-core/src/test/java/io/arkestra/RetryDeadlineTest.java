package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.arkestra.common.UserId;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a tool that is tried again is told about the time that it has. */
@Timeout(60)
class RetryDeadlineTest {
    private final List<Instant> deadlines = new CopyOnWriteArrayList<>();

    private final class Flaky implements Tool {
        @Override
        public ToolSpec spec() {
            return ToolSpec.builder("rate.read")
                    .description("Reads the rate")
                    .idempotent()
                    .timeout(Duration.ofSeconds(20))
                    .build();
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            deadlines.add(context.deadline());
            if (deadlines.size() < 3) {
                throw new ToolException(ToolException.Reason.TEMPORARY, "busy");
            }
            return ToolResult.text("1.5");
        }
    }

    @Test
    void deadline_ofALaterTry_isThatOfTheFirst() {
        try (Arkestra engine = Arkestra.builder()
                .senior(Llm.client(ToolScripts.onceCalling("rate.read", "{}")))
                .tools(t -> t.add(new Flaky()))
                .policy(p -> p.allow("rate.read"))
                .build()) {
            engine.session(UserId.of("alice")).ask("the rate?");
        }
        assertEquals(3, deadlines.size());
        // Pauses are 50 ms at least; two clocks are read one after the other.
        Instant latest = deadlines.get(0).plusMillis(25);
        deadlines.forEach(deadline -> assertFalse(deadline.isAfter(latest), () -> deadlines.toString()));
    }
}
