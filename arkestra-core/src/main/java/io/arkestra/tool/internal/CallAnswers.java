package io.arkestra.tool.internal;

import io.arkestra.common.Json;
import io.arkestra.common.WellFormed;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.policy.Decision;
import io.arkestra.tool.Artifact;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.ToolResult;
import java.util.List;
import java.util.Optional;

/** What a model is told about a call that it asked for. Immutable. */
final class CallAnswers {
    private final LlmToolCall asked;
    private final String tool;
    private final boolean effects;

    /** @param effects whether the tool changes anything */
    CallAnswers(LlmToolCall asked, String tool, boolean effects) {
        this.asked = asked;
        this.tool = tool;
        this.effects = effects;
    }

    ToolRunner.Done done(ToolResult result, List<Artifact> artifacts) {
        Json.ObjectBuilder message = Json.object()
                .put("status", ToolRunner.OK)
                .put("text", WellFormed.text(result.text()))
                .put("data", result.data());
        if (!artifacts.isEmpty()) {
            message.put(
                    "artifacts",
                    Json.strings(artifacts.stream().map(Artifact::name).toList()));
        }
        return new ToolRunner.Done(asked, ToolRunner.OK, message.build(), "");
    }

    /** What it gave back is not what it promises. */
    ToolRunner.Done invalid(List<String> problems) {
        return ToolRunner.failed(
                asked,
                "tool.invalid-result",
                "'" + tool + "' was called" + (effects ? " and has done its work" : "")
                        + ", but what it gave back is not what it promises: " + String.join("; ", problems));
    }

    /** Nobody may see words of whose origin nothing could be noted down; that the call was made is told. */
    ToolRunner.Done withheld(RuntimeException e, String status) {
        return ToolRunner.failed(
                asked,
                status,
                "'" + tool + "' was called" + (effects ? " and has done its work" : "")
                        + ", but what it gave back is not shown, because it could not be found out where it comes from: "
                        + e.getMessage());
    }

    ToolRunner.Done changed() {
        return ToolRunner.failed(
                asked,
                "tool.conflict",
                "The call was not made: what it would change was changed by somebody else after it was shown. Look again, then ask again.");
    }

    /** Of one id there is one effect: a call that is resumed after a crash, or asked for twice, is not made again when it may have happened. */
    Optional<ToolRunner.Done> madeBefore(StoredCall known) {
        return switch (known.state()) {
            case FAILED, ABANDONED -> Optional.empty();
            case DONE ->
                Optional.of(new ToolRunner.Done(
                        asked,
                        ToolRunner.OK,
                        Json.object()
                                .put("status", ToolRunner.OK)
                                .put(
                                        "text",
                                        "This was done before and is not done again. What it gave back was not kept.")
                                .put("data", Json.emptyObject())
                                .build(),
                        ""));
            case PREPARED, UNDOING, UNDONE, REPORTED ->
                Optional.of(ToolRunner.failed(
                        asked,
                        "tool.conflict",
                        "The call was not made: one of the same id is on record as " + known.state()
                                + ". Look at what is there, then ask for a new call."));
        };
    }

    ToolRunner.Done denied(Decision verdict, String why) {
        String said = WellFormed.text(why);
        Json message = Json.object()
                .put("status", ToolRunner.DENIED)
                .put("message", said)
                .build();
        return new ToolRunner.Done(asked, ToolRunner.DENIED, message, verdict.rules() + " " + said);
    }

    ToolRunner.Done parked(String approvalId) {
        Json message = Json.object()
                .put("status", ToolRunner.PARKED)
                .put("approval", approvalId)
                .put("message", "A person has to agree to this call first. It was not made yet.")
                .build();
        return new ToolRunner.Done(asked, ToolRunner.PARKED, message, "waits for approval " + approvalId);
    }

    ToolRunner.Done rehearsed(Prepared prepared, boolean asks) {
        String status = asks ? ToolRunner.WOULD_ASK : ToolRunner.WOULD;
        Json message = Json.object()
                .put("status", status)
                .put(
                        "message",
                        "This is a rehearsal: the call was not made, nothing was changed. Say what it would do."
                                + (asks ? " A person would be asked first." : ""))
                .put("effects", Json.strings(prepared.effects()))
                .put("preview", WellFormed.text(prepared.preview()))
                .build();
        return new ToolRunner.Done(asked, status, message, "a rehearsal");
    }
}
