package io.arkestra.examples.chat;

import io.arkestra.ApprovalText;
import io.arkestra.Arkestra;
import io.arkestra.CallRecord;
import io.arkestra.Outcome;
import io.arkestra.UndoReport;
import io.arkestra.audit.AuditEntry;
import io.arkestra.audit.AuditQuery;
import io.arkestra.audit.AuditReport;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.VisibleText;
import io.arkestra.policy.ApprovalOutcome;
import io.arkestra.policy.ApprovalRequest;
import io.arkestra.policy.Grant;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Commands about calls: what waits, what was made, what may be taken back, and the audit. */
final class ApprovalCommands {
    private static final long PATIENCE_SECONDS = 60;
    private static final int SHOWN = 20;

    private final Arkestra arkestra;
    private final Scope scope;

    ApprovalCommands(Arkestra arkestra, Scope scope) {
        this.arkestra = arkestra;
        this.scope = scope;
    }

    CommandReply approvals(String command) {
        List<ApprovalRequest> waiting = arkestra.approvals().pending(scope.user());
        String text = waiting.isEmpty()
                ? "Nothing waits for your approval."
                : waiting.stream()
                        .map(request -> ApprovalText.of(
                                request, arkestra.profile(scope.user()).zone()))
                        .collect(Collectors.joining("\n\n"));
        Json all = Json.array(waiting.stream().map(ApprovalText::json).toList());
        return new CommandReply(
                command, text, Json.object().put("approvals", all).build());
    }

    /** {@code ID} or {@code ID always}. */
    CommandReply approve(String command, String argument) {
        String[] words = argument.split("\\s+");
        boolean always = words.length == 2 && words[1].equals("always");
        if (argument.isEmpty() || words.length > 2 || words.length == 2 && !always) {
            return CommandReply.failed(
                    command, "command.incomplete", command + " needs an id: /approve ID, or /approve ID always");
        }
        ApprovalRequest request = waiting(words[0]);
        if (always && request.remember().isEmpty()) {
            return CommandReply.failed(
                    command,
                    "command.not-remembered",
                    "This cannot be agreed to for always: it is asked about each time. /approve " + request.id()
                            + " agrees to it once");
        }
        return answered(
                command,
                request,
                always ? ApprovalOutcome.approveAndRemember(request) : ApprovalOutcome.approve(request),
                "Approved.");
    }

    /** {@code ID} or {@code ID NOTE}. */
    CommandReply deny(String command, String argument) {
        if (argument.isEmpty()) {
            return CommandReply.failed(command, "command.incomplete", "/deny needs an id: /deny ID, or /deny ID NOTE");
        }
        String[] words = argument.split("\\s+", 2);
        ApprovalRequest request = waiting(words[0]);
        return answered(command, request, ApprovalOutcome.deny(words.length == 2 ? words[1] : ""), "Denied.");
    }

    private ApprovalRequest waiting(String id) {
        return arkestra.approvals()
                .find(scope.user(), id)
                .orElseThrow(() -> new InvalidInputException(
                        "No approval of the id " + Printable.line(id, 60) + " waits; /approvals lists those that do"));
    }

    private CommandReply answered(String command, ApprovalRequest request, ApprovalOutcome outcome, String said) {
        arkestra.approvals().answer(scope.user(), request.id(), outcome);
        Json.ObjectBuilder fields = Json.object().put("approval", request.id());
        try {
            Outcome after = arkestra.afterApproval(scope.user(), request.id())
                    .toCompletableFuture()
                    .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .join();
            fields.put("outcome", after.kind().name());
            if (after.kind() == Outcome.Kind.NEEDS_APPROVAL) {
                return new CommandReply(
                        command,
                        said
                                + " What would happen now is something else, or something more: /approvals shows what waits for you.",
                        fields.build());
            }
        } catch (CompletionException e) {
            return new CommandReply(
                    command,
                    said + " The assistant is still at it; what it says comes when it is done.",
                    fields.build());
        }
        return new CommandReply(command, said, fields.build());
    }

    CommandReply grants(String command) {
        List<Grant> grants = arkestra.approvals().grants(scope.user());
        String text = grants.isEmpty()
                ? "No approvals are remembered."
                : grants.stream()
                        .map(grant -> grant.id() + " " + grant.tool() + " with "
                                + VisibleText.line(grant.bound().toString()) + ", used "
                                + grant.uses() + " times, until " + grant.expiresAt()
                                + (grant.session().isPresent() ? ", in one conversation" : ""))
                        .collect(Collectors.joining("\n"));
        Json all = Json.array(grants.stream()
                .map(grant -> Json.object()
                        .put("id", grant.id())
                        .put("tool", grant.tool())
                        .put("bound", grant.bound())
                        .put("uses", grant.uses())
                        .put("expires", grant.expiresAt())
                        .build())
                .toList());
        return new CommandReply(command, text, Json.object().put("grants", all).build());
    }

    CommandReply revoke(String command, String argument) {
        return arkestra.approvals().revoke(scope.user(), argument)
                ? CommandReply.done(command, "Revoked; from now on it is asked again.")
                : CommandReply.failed(
                        command, "command.unknown-grant", "No approval of this id is remembered; /grants lists them");
    }

    CommandReply calls(String command) {
        List<CallRecord> calls = arkestra.tools().calls(scope, SHOWN);
        String text = calls.isEmpty()
                ? "No calls with effects were made."
                : calls.stream()
                        .map(call -> call.id() + " " + call.tool() + " "
                                + call.state().name().toLowerCase(java.util.Locale.ROOT)
                                + call.effects().stream()
                                        .map(effect -> "\n    " + VisibleText.line(effect))
                                        .collect(Collectors.joining())
                                + (call.undoable() ? "\n    /undo " + call.id() : ""))
                        .collect(Collectors.joining("\n"));
        Json all = Json.array(calls.stream()
                .map(call -> Json.object()
                        .put("id", call.id())
                        .put("tool", call.tool())
                        .put("state", call.state().name())
                        .put("effects", Json.strings(call.effects()))
                        .put("undoable", call.undoable())
                        .build())
                .toList());
        return new CommandReply(command, text, Json.object().put("calls", all).build());
    }

    /** The call of this id, or the latest that can be taken back. */
    CommandReply undo(String command, String argument) {
        String id = argument;
        if (id.isEmpty()) {
            id = arkestra.tools().calls(scope, SHOWN).stream()
                    .filter(CallRecord::undoable)
                    .map(CallRecord::id)
                    .findFirst()
                    .orElseThrow(() -> new InvalidInputException("There is no call that can be taken back"));
        }
        UndoReport report = arkestra.tools().undo(scope, id);
        Json fields = Json.object()
                .put("call", id)
                .put("result", report.kind().name())
                .build();
        return new CommandReply(
                command,
                report.message().isEmpty()
                        ? (report.undone() ? "Taken back." : report.kind().name())
                        : VisibleText.of(report.message()),
                fields);
    }

    CommandReply audit(String command, String argument) {
        if (argument.equals("verify")) {
            AuditReport report = arkestra.audit().verify();
            Json fields = Json.object()
                    .put("intact", report.intact())
                    .put("entries", report.entries())
                    .put("checkpoints", report.checkpoints())
                    .build();
            String remarks = report.remarks().stream()
                    .map(remark -> "\n(" + remark + ")")
                    .collect(Collectors.joining());
            return new CommandReply(command, "The audit is " + report.describe() + remarks, fields);
        }
        if (!argument.isEmpty()) {
            return CommandReply.failed(
                    command, "command.superfluous", "/audit stands alone, or with verify: /audit verify");
        }
        List<AuditEntry> entries = arkestra.audit().entries(scope.user(), AuditQuery.latest(SHOWN));
        String text = entries.stream()
                .map(entry -> entry.number() + " " + entry.at() + " " + entry.kind() + " "
                        + VisibleText.line(entry.subject()) + ": " + VisibleText.line(entry.outcome())
                        + (entry.rules().isEmpty() ? "" : " by " + String.join(", ", entry.rules())))
                .collect(Collectors.joining("\n"));
        Json all = Json.array(entries.stream()
                .map(entry -> Json.object()
                        .put("number", entry.number())
                        .put("at", entry.at())
                        .put("kind", entry.kind())
                        .put("subject", entry.subject())
                        .put("outcome", entry.outcome())
                        .put("rules", Json.strings(entry.rules()))
                        .put("detail", entry.detail())
                        .build())
                .toList());
        return new CommandReply(
                command,
                text.isEmpty() ? "Nothing was taken down yet." : text,
                Json.object().put("entries", all).build());
    }
}
