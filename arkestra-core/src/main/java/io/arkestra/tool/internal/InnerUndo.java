package io.arkestra.tool.internal;

import io.arkestra.UndoReport;
import io.arkestra.common.Cancellation;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Principal;
import io.arkestra.common.Scope;
import io.arkestra.text.internal.Phrasebook;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Takes back the inner calls of one call, the last first, all of them or none: before anything is changed every one of them is asked whether it
 * can be taken back. Used once, by one thread.
 */
final class InnerUndo {
    /** A call that is on record, with its number among the steps. */
    private record Step(int number, StoredCall call) {
        String tool() {
            return call.call().tool();
        }

        /** It found nothing to do, and has nothing to take back. */
        boolean didNothing() {
            return call.prepared().equals(Prepared.nothing());
        }
    }

    private final CallServices services;
    private final UndoDesk desk;
    private final ToolContext context;
    private final Scope scope;
    private final Phrasebook say;
    private final List<Step> steps = new ArrayList<>();

    /** @param ids of the inner calls that there may be, in order */
    InnerUndo(CallServices services, UndoDesk desk, List<String> ids, ToolContext context) {
        this.services = services;
        this.desk = desk;
        this.context = context;
        this.scope =
                context.scope().withPrincipal(Principal.user(context.scope().user()));
        this.say = Phrasebook.of(context.locale());
        for (int number = ids.size(); number >= 1; number--) {
            int step = number;
            services.records()
                    .find(scope.user(), ids.get(number - 1))
                    .filter(call -> !over(call.state()))
                    .ifPresent(call -> steps.add(new Step(step, call)));
        }
    }

    /** Nothing of it is left, as far as the records know. */
    static boolean over(StoredCall.State state) {
        return switch (state) {
            case UNDONE, ABANDONED, FAILED -> true;
            case PREPARED, DONE, UNDOING, REPORTED -> false;
        };
    }

    /** @throws ToolException naming the step that cannot be taken back; nothing was changed */
    void check() {
        check(false);
    }

    /** @param begins whether the first step is taken back right after it */
    private void check(boolean begins) {
        for (Step step : steps) {
            desk.obstacle(scope, step.call()).ifPresent(report -> {
                throw refused(
                        report.kind() == UndoReport.Kind.CONFLICT
                                ? ToolException.Reason.CONFLICT
                                : ToolException.Reason.NOT_SUPPORTED,
                        step,
                        report.message());
            });
        }
        List<Footprint> later = new ArrayList<>();
        for (Step step : steps) {
            if (step.didNothing()) {
                continue;
            }
            ToolRegistry.Entry entry = services.registry().find(step.tool()).orElseThrow();
            Footprint footprint = footprint(entry, step);
            // What a later step changed once more looks changed until that is taken back; the later step was looked at.
            if (later.stream().noneMatch(other -> other.meets(footprint) || ownData(other, footprint))) {
                look(entry, step, begins && later.isEmpty());
            }
            later.add(footprint);
        }
    }

    /** The user's own data goes by several names: a note by its words, by its id and by the call that made it. */
    private static boolean ownData(Footprint one, Footprint other) {
        return changesRecord(one) && changesRecord(other);
    }

    private static boolean changesRecord(Footprint footprint) {
        return footprint.targets().stream()
                .anyMatch(target -> target.changes() && target.kind().equals(Target.RECORD));
    }

    private Footprint footprint(ToolRegistry.Entry entry, Step step) {
        boolean effects = entry.spec().sideEffect() != ToolSpec.SideEffect.NONE;
        try {
            return new Footprint(effects, aftermath(entry, step).targets());
        } catch (CancelledException e) {
            throw e;
        } catch (RuntimeException e) { // nobody knows what it touches
            return new Footprint(effects, List.of());
        }
    }

    /** @param first whether it is taken back before anything else is: if it cannot be, nothing was changed */
    private void look(ToolRegistry.Entry entry, Step step, boolean first) {
        try {
            Aftermath aftermath = aftermath(entry, step);
            if (first && step.call().state() == StoredCall.State.DONE && aftermath.state() == EffectState.UNKNOWN) {
                return; // its undo will say what nobody can tell before
            }
            aftermath.checkUndo();
        } catch (CancelledException e) {
            throw e;
        } catch (ToolException e) {
            throw refused(
                    e.reason() == ToolException.Reason.NOT_SUPPORTED ? e.reason() : ToolException.Reason.CONFLICT,
                    step,
                    String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            throw refused(ToolException.Reason.CONFLICT, step, String.valueOf(e.getMessage()));
        }
    }

    private Aftermath aftermath(ToolRegistry.Entry entry, Step step) {
        return new Aftermath(services, entry, step.call(), scope, Cancellation.none());
    }

    private ToolException refused(ToolException.Reason reason, Step step, String why) {
        return new ToolException(reason, say.say("undo.chain.step", step.number(), step.tool(), why));
    }

    /**
     * Takes all of them back.
     *
     * @throws ToolException naming the step that cannot be taken back. Nothing was changed, but where something changed in the meantime:
     *     then it is named what was taken back and what was not
     */
    void run() {
        check(true);
        List<Step> done = new ArrayList<>();
        for (Step step : steps) {
            UndoReport report = desk.undoJudged(scope, step.call().call().id());
            switch (report.kind()) {
                case UNDONE, ALREADY_UNDONE, NOTHING_TO_UNDO, NOT_FOUND -> {
                    // nothing of it is left
                }
                case CONFLICT -> throw stopped(ToolException.Reason.CONFLICT, done, step, report.message());
                default -> throw stopped(ToolException.Reason.FAILED, done, step, report.message());
            }
            done.add(step);
        }
    }

    private ToolException stopped(ToolException.Reason reason, List<Step> done, Step step, String why) {
        if (done.stream().allMatch(Step::didNothing)) {
            return refused(reason, step, why);
        }
        List<Step> left = steps.subList(done.size(), steps.size());
        return new ToolException(
                ToolException.Reason.FAILED,
                say.say("undo.chain.part", step.number(), step.tool(), why, numbers(done), numbers(left)));
    }

    private static String numbers(List<Step> steps) {
        return steps.stream().map(step -> String.valueOf(step.number())).collect(Collectors.joining(", "));
    }
}
