package io.arkestra.tool.internal;

import io.arkestra.common.Taint;
import io.arkestra.policy.Action;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;

/** A tool that writes a text, or says that it did, and what it takes to call it. */
abstract class WritingFixture {
    final CallBench bench = new CallBench();
    final List<String> written = new ArrayList<>();
    /** What the tool would change, as it is now. */
    final AtomicReference<String> world = new AtomicReference<>("as it was");

    @AfterEach
    void close() {
        bench.close();
    }

    final class Write implements Tool {
        private final ToolSpec spec;
        Function<ToolContext, ToolResult> work = context -> ToolResult.text("written");

        Write(ToolSpec.Builder builder) {
            spec = builder.description("Writes a text")
                    .arguments("""
                            {"type":"object","additionalProperties":false,"required":["text"],
                             "properties":{"text":{"type":"string","maxLength":20}}}
                            """)
                    .timeout(Duration.ofSeconds(10))
                    .build();
        }

        @Override
        public ToolSpec spec() {
            return spec;
        }

        @Override
        public List<Target> targets(ToolCall call, ToolContext context) {
            if (call.arguments().text("text").equals("nowhere")) {
                throw new ToolException(ToolException.Reason.INVALID_ARGUMENTS, "that leads nowhere");
            }
            return List.of(Target.changed(Target.PATH, "/" + call.arguments().text("text")));
        }

        @Override
        public Prepared prepare(ToolCall call, ToolContext context) {
            return Prepared.effect("writes " + call.arguments().text("text")).withStateDigest(world.get());
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            ToolResult result = work.apply(context);
            written.add(call.arguments().text("text"));
            return result;
        }
    }

    static ToolSpec.Builder writes() {
        return ToolSpec.builder("text.write").sideEffect(ToolSpec.SideEffect.LOCAL);
    }

    Write tool(ToolSpec.Builder builder) {
        Write tool = new Write(builder);
        bench.add(tool);
        return tool;
    }

    ToolRunner.Done write(String text) {
        return bench.run("text.write", CallBench.text(text).toString());
    }

    /** Knows of each action what untrusted sources were seen before it. */
    static Provenance tainting(Function<Action, Set<Taint>> taints) {
        return new Provenance() {
            @Override
            public Observed observed(Action action, ToolRunner.Place place) {
                return Observed.of(
                        action.toBuilder().taints(taints.apply(action)).build());
            }

            @Override
            public void saw(ToolRunner.Place place, ToolSpec spec, ToolResult result) {}
        };
    }
}
