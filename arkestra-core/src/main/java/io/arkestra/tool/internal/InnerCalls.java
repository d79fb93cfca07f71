package io.arkestra.tool.internal;

import io.arkestra.UndoReport;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.TurnId;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputQuality;
import io.arkestra.memory.Passage;
import io.arkestra.policy.Decision;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Calls that a tool makes of others: each goes the way of every call and is on record by itself, under the id of the outer call and its
 * number. Thread-safe.
 */
public final class InnerCalls {
    private static final int MOST_DEPTH = 5;

    /**
     * What an inner call gave.
     *
     * @param message what a model would be told
     * @param sources what that rests on
     */
    public record Made(Json message, List<Passage> sources) {}

    private final CallServices services;
    private final ToolRunner runner;
    private final UndoDesk desk;

    public InnerCalls(CallServices services) {
        this.services = services;
        this.runner = new ToolRunner(services);
        this.desk = new UndoDesk(services);
    }

    /** The tool of this name. */
    public Optional<ToolSpec> spec(String tool) {
        return services.registry().find(tool).map(ToolRegistry.Entry::spec);
    }

    private ToolRegistry.Entry entry(String tool) {
        return services.registry()
                .find(tool)
                .orElseThrow(() -> new ToolException(
                        ToolException.Reason.NOT_FOUND, "The tool '" + tool + "' is not there any more"));
    }

    private ToolCall inner(ToolRegistry.Entry entry, Json arguments, ToolCall outer, int number, ToolContext context) {
        if (depth(outer.id()) >= MOST_DEPTH) {
            throw new ToolException(
                    ToolException.Reason.NOT_SUPPORTED, "Chains are nested deeper than " + MOST_DEPTH + " levels");
        }
        ToolArguments.Checked checked = services.arguments().check(entry.spec(), arguments.toString());
        if (checked instanceof ToolArguments.Invalid invalid) {
            // What is wrong with them tells what the tool is like, which is not for everybody.
            Optional<Decision> denial =
                    new AvailableTools(services.registry(), services.policy()).denial(entry.spec(), context.scope());
            throw denial.map(why -> new ToolException(
                            ToolException.Reason.NOT_SUPPORTED,
                            "'" + entry.spec().name() + "' may not be called: " + String.join("; ", why.reasons())))
                    .orElseGet(() -> new ToolException(ToolException.Reason.INVALID_ARGUMENTS, invalid.forModel()));
        }
        return ToolCall.of(id(outer.id(), number), entry.spec().name(), arguments);
    }

    /** In how many others a call is. */
    static long depth(String id) {
        return id.chars().filter(c -> c == '/').count();
    }

    private static String id(String outer, int number) {
        return outer + "/" + number;
    }

    /** What a call would touch. */
    public List<Target> targets(String tool, Json arguments, ToolCall outer, int number, ToolContext context) {
        ToolRegistry.Entry entry = entry(tool);
        return entry.tool().targets(inner(entry, arguments, outer, number, context), context);
    }

    /** What a call would do. */
    public Prepared prepare(String tool, Json arguments, ToolCall outer, int number, ToolContext context) {
        ToolRegistry.Entry entry = entry(tool);
        return entry.tool().prepare(inner(entry, arguments, outer, number, context), context);
    }

    /**
     * Makes a call. What it gives back is seen by the provenance of the turn, like any result.
     *
     * @return what a model would be told, and what that rests on
     * @throws ToolException when it was not made, or failed
     */
    public Made run(String tool, Json arguments, ToolCall outer, int number, ToolContext context) {
        TurnId turn = context.turn()
                .orElseThrow(
                        () -> new ToolException(ToolException.Reason.NOT_SUPPORTED, "A chain is run within a turn"));
        inner(entry(tool), arguments, outer, number, context);
        String id = id(outer.id(), number).substring(turn.value().length() + 1);
        ToolRunner.Place place = new ToolRunner.Place(
                context.scope(),
                turn,
                context.locale(),
                context.zone(),
                context.cancellation(),
                OutputQuality.CONSTRAINED,
                // A tool that only read when the chain was declared may do more by now.
                context instanceof StepContext step && step.dryRun());
        ToolRunner.Done done = runner.runWithin(LlmToolCall.of(id, tool, arguments.toString()), place);
        if (!done.ok()) {
            throw new ToolException(
                    ToolException.Reason.FAILED,
                    done.status() + ": " + done.message().string("message").orElse(done.reason()));
        }
        return new Made(done.message(), done.facts().sources());
    }

    /**
     * Takes back what inner calls of a call that failed did, the last first, as far as that can be done.
     *
     * @param steps how many there may have been
     * @return what is left, as words to be put after a sentence; empty when nothing is
     */
    public String compensate(String outer, int steps, ToolContext context) {
        Scope scope = context.scope();
        List<String> left = new ArrayList<>();
        for (int number = steps; number >= 1; number--) {
            UndoReport report = desk.undo(scope, id(outer, number));
            switch (report.kind()) {
                case UNDONE, ALREADY_UNDONE, NOTHING_TO_UNDO, NOT_FOUND -> {
                    // nothing of it is left: what had no effect is not even on record
                }
                default -> left.add(report.tool() + ": " + report.message());
            }
        }
        return left.isEmpty() ? "" : "; left as it is: " + String.join("; ", left);
    }

    /**
     * Takes back what inner calls did, the last first, all of it or nothing.
     *
     * @param steps how many there may have been
     * @throws ToolException naming what cannot be taken back
     */
    public void undo(String outer, int steps, ToolContext context) {
        new InnerUndo(services, desk, ids(outer, steps), context).run();
    }

    /** @throws ToolException naming what could not be taken back; nothing is changed either way */
    public void checkUndo(String outer, int steps, ToolContext context) {
        new InnerUndo(services, desk, ids(outer, steps), context).check();
    }

    private static List<String> ids(String outer, int steps) {
        return IntStream.rangeClosed(1, steps)
                .mapToObj(number -> id(outer, number))
                .toList();
    }

    /**
     * How far a call with inner calls came. Calls that only read are not on record, and do not count.
     *
     * @param tools of the steps, in order
     */
    public EffectState state(String outer, List<String> tools, ToolContext context) {
        boolean all = true;
        boolean nothing = true;
        for (int number = 1; number <= tools.size(); number++) {
            Optional<StoredCall.State> state = services.records()
                    .find(context.scope().user(), id(outer, number))
                    .map(StoredCall::state);
            boolean reads = spec(tools.get(number - 1))
                    .filter(spec -> spec.sideEffect() == ToolSpec.SideEffect.NONE)
                    .isPresent();
            if (state.isEmpty() && reads) {
                continue;
            }
            all &= state.filter(StoredCall.State.DONE::equals).isPresent();
            nothing &= state.isEmpty() || InnerUndo.over(state.get());
        }
        return nothing ? EffectState.ABSENT : all ? EffectState.PRESENT : EffectState.UNKNOWN;
    }
}
