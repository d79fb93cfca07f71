package io.arkestra.tool.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Scope;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Target;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolSpec;
import java.util.List;
import java.util.concurrent.Callable;

/** Asks a tool about a call that is over, each time on a thread that can be left behind. Thread-safe. */
final class Aftermath {
    private final CallServices services;
    private final ToolRegistry.Entry entry;
    private final StoredCall call;
    private final Scope scope;
    private final Cancellation cancel;

    /** @param scope on whose behalf; the project is the one in which the call was made */
    Aftermath(CallServices services, ToolRegistry.Entry entry, StoredCall call, Scope scope, Cancellation cancel) {
        this.services = services;
        this.entry = entry;
        this.call = call;
        this.scope = call.project().map(scope::withProject).orElse(scope);
        this.cancel = cancel;
    }

    /** What became of the effect. */
    EffectState state() {
        return within(() -> entry.tool().state(call.call(), call.prepared(), context()));
    }

    /** What the call touched, as it was judged then; of records that do not say so, what the tool makes of it now. */
    List<Target> targets() {
        return call.targets().orElseGet(() -> within(() -> entry.tool().targets(call.call(), context())));
    }

    /** @throws ToolException when the effect could not be taken back now */
    void checkUndo() {
        within(() -> {
            entry.tool().checkUndo(call.call(), call.prepared(), context());
            return true;
        });
    }

    /** Takes the effect back. */
    void undo() {
        within(() -> {
            entry.tool().undo(call.prepared(), context());
            return true;
        });
    }

    private StepContext context() {
        return StepContext.of(services, call, entry.spec(), scope, cancel);
    }

    private <T> T within(Callable<T> work) {
        ToolSpec spec = entry.spec();
        return services.workers()
                .call(
                        work,
                        cancel,
                        spec.timeout(),
                        () -> new ToolException(
                                ToolException.Reason.TIMEOUT,
                                "'" + spec.name() + "' took longer than "
                                        + spec.timeout().toMillis() + " ms and was given up"));
    }
}
