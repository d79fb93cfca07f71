package io.arkestra;

import io.arkestra.tool.internal.StoredCall;
import io.arkestra.tool.internal.ToolRunner;
import java.util.Optional;

/** Calls as hosts see them. */
final class CallViews {
    private CallViews() {}

    static ToolUse use(ToolRunner.Done done) {
        ToolRunner.Facts facts = done.facts();
        return new ToolUse(
                done.call().name(),
                done.status(),
                facts.id(),
                facts.prepared().effects(),
                facts.prepared().preview(),
                facts.artifacts());
    }

    /** What a rehearsed call would have done; empty for one that was really made, or could not even be looked at. */
    static Optional<CallPreview> preview(ToolRunner.Done done) {
        ToolRunner.Facts facts = done.facts();
        return done.rehearsed()
                ? facts.decision()
                        .map(decision -> new CallPreview(
                                facts.id(),
                                done.call().name(),
                                done.call().arguments(),
                                decision,
                                facts.prepared().effects(),
                                facts.prepared().preview()))
                : Optional.empty();
    }

    static CallRecord record(StoredCall call) {
        return new CallRecord(
                call.call().id(),
                call.call().tool(),
                CallRecord.State.valueOf(call.state().name()),
                call.at(),
                call.prepared().effects(),
                call.prepared().preview(),
                call.error(),
                call.undoable());
    }
}
