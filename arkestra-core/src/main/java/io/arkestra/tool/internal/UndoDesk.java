package io.arkestra.tool.internal;

import io.arkestra.UndoReport;
import io.arkestra.common.ArkestraException;
import io.arkestra.common.Cancellation;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Json;
import io.arkestra.common.Principal;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.provenance.internal.RealPath;
import io.arkestra.text.internal.Phrasebook;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Target;
import io.arkestra.tool.ToolException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows users the calls that were made for them and takes effects back. Each user sees only their own. Thread-safe. */
public final class UndoDesk {
    private static final Logger log = LoggerFactory.getLogger(UndoDesk.class);

    private final CallServices services;

    public UndoDesk(CallServices services) {
        this.services = services;
    }

    /** The newest calls with effects, the newest first. */
    public List<StoredCall> calls(UserId user, int limit) {
        return services.records().newest(user, limit);
    }

    /** Calls whose end nobody saw and that nobody could settle, the oldest first. */
    public List<StoredCall> unfinished(UserId user) {
        return services.records().unfinished(user);
    }

    /** How many calls of all users wait for somebody to look. */
    public int reported() {
        return services.records().ofAll(List.of(StoredCall.State.REPORTED)).size();
    }

    /** Takes the effect of a call back, as far as nothing else changed meanwhile. */
    public UndoReport undo(Scope scope, String callId) {
        return undo(scope, callId, false);
    }

    /** The same for a call of which {@link #obstacle} said that it may be taken back: the policy is not asked once more, in the middle of it. */
    UndoReport undoJudged(Scope scope, String callId) {
        return undo(scope, callId, true);
    }

    private UndoReport undo(Scope scope, String callId, boolean judged) {
        Optional<StoredCall> found = callId.isEmpty() || callId.length() > 200
                ? Optional.empty()
                : services.records().find(scope.user(), callId);
        if (found.isEmpty()) {
            // The same for a call of another user: who does not own it learns nothing about it.
            return new UndoReport(callId, "", UndoReport.Kind.NOT_FOUND, say(Optional.empty(), "undo.unknown"));
        }
        StoredCall call = found.get();
        UndoReport report = new Attempt(scope.withPrincipal(Principal.user(scope.user())), call).report(judged);
        recorded(
                "undo",
                scope,
                call.call().tool(),
                report.kind().name(),
                Json.object().put("call", callId).build());
        return report;
    }

    /** Why a call could not be taken back, as far as that is known without asking its tool. */
    Optional<UndoReport> obstacle(Scope scope, StoredCall call) {
        return new Attempt(scope, call).obstacle(false);
    }

    /**
     * A person vouches for what is in a file or directory; how many marks were taken off. That somebody does is on record before the first is, so
     * that none goes without a name.
     */
    public int vouch(Scope scope, Path file) {
        String path = RealPath.of(file);
        Json.ObjectBuilder detail = Json.object().put("resource", Digests.of(path));
        services.ledger().record("vouch", scope, "", "ASKED", List.of(), detail.build());
        int marks = services.records().marks().vouched(path);
        recorded(
                "vouch",
                scope,
                "",
                marks == 0 ? "NOTHING" : "DONE",
                detail.put("marks", marks).build());
        return marks;
    }

    /** Takes down what came of something. It is certain, and who asked is told of it, also when the audit is full. */
    private void recorded(String kind, Scope scope, String subject, String outcome, Json detail) {
        try {
            services.ledger().record(kind, scope, subject, outcome, List.of(), detail);
        } catch (ArkestraException e) {
            log.error("What came of {} ({}) could not be taken down in the audit: {}", kind, outcome, e.code());
        }
    }

    private static String say(Optional<StoredCall> call, String key, Object... arguments) {
        return Phrasebook.of(call.map(StoredCall::locale).orElse(java.util.Locale.ENGLISH))
                .say(key, arguments);
    }

    /** One try. */
    private final class Attempt {
        private final Scope scope;
        private final StoredCall call;

        Attempt(Scope scope, StoredCall call) {
            this.scope = scope;
            this.call = call;
        }

        private UndoReport told(UndoReport.Kind kind, String key, Object... arguments) {
            return new UndoReport(call.call().id(), call.call().tool(), kind, say(Optional.of(call), key, arguments));
        }

        UndoReport report(boolean judged) {
            Optional<UndoReport> obstacle = obstacle(judged);
            if (obstacle.isPresent()) {
                return obstacle.get();
            }
            ToolRegistry.Entry entry =
                    services.registry().find(call.call().tool()).orElseThrow();
            return services.records()
                    .moved(call, StoredCall.State.UNDOING, "")
                    .map(undoing -> tried(entry, undoing))
                    .orElseGet(() -> told(UndoReport.Kind.CONFLICT, "undo.busy"));
        }

        Optional<UndoReport> obstacle(boolean judged) {
            switch (call.state()) {
                case UNDONE -> {
                    return Optional.of(told(UndoReport.Kind.ALREADY_UNDONE, "undo.already"));
                }
                case FAILED, ABANDONED -> {
                    return Optional.of(told(UndoReport.Kind.NOTHING_TO_UNDO, "undo.nothing"));
                }
                case UNDOING -> {
                    return Optional.of(told(UndoReport.Kind.CONFLICT, "undo.busy"));
                }
                default -> {
                    if (services.records().isRunning(call)) {
                        return Optional.of(told(UndoReport.Kind.CONFLICT, "undo.busy"));
                    }
                }
            }
            Optional<ToolRegistry.Entry> entry =
                    services.registry().find(call.call().tool());
            if (entry.isEmpty()) {
                return Optional.of(told(
                        UndoReport.Kind.NOT_REVERSIBLE, "undo.gone", call.call().tool()));
            }
            if (!call.reversible() || call.masked()) {
                return Optional.of(
                        told(UndoReport.Kind.NOT_REVERSIBLE, call.masked() ? "undo.masked" : "undo.irreversible"));
            }
            return judged
                    ? Optional.empty()
                    : denial(entry.get()).map(denial -> told(UndoReport.Kind.DENIED, "undo.denied", denial));
        }

        /** Asked like any other call; that the user asks in person is the agreement that a rule may want. */
        private Optional<String> denial(ToolRegistry.Entry entry) {
            try {
                // Where it was made counts, wherever it is taken back.
                Scope made = call.project()
                        .or(entry.spec()::project)
                        .map(scope::withProject)
                        .orElse(scope);
                List<Target> touched = aftermath(entry, call).targets();
                Decision decision = services.workers()
                        .call(
                                () -> {
                                    List<Target> targets = touched.stream()
                                            .flatMap(Attempt::andWhereItLeads)
                                            .toList();
                                    Action action = Action.toolCall(
                                                    entry.spec(), call.call().arguments())
                                            .toBuilder()
                                            .targets(targets)
                                            .trust(entry.trust())
                                            .sandbox(entry.spec().sandbox())
                                            .build();
                                    return services.facts().rehearse(services.policy(), action, made, call.zone());
                                },
                                Cancellation.none(),
                                entry.spec().timeout(),
                                () -> new ToolException(ToolException.Reason.TIMEOUT, "it was not decided in time"));
                boolean allowed =
                        decision.effect() == Decision.Effect.ALLOW || decision.effect() == Decision.Effect.ASK;
                return allowed ? Optional.empty() : Optional.of(String.join("; ", decision.reasons()));
            } catch (RuntimeException e) { // what cannot be judged is not done
                return Optional.of(String.valueOf(e.getMessage()));
            }
        }

        private Aftermath aftermath(ToolRegistry.Entry entry, StoredCall about) {
            return new Aftermath(services, entry, about, scope, Cancellation.none());
        }

        /** A link that was put there since leads what is taken back to another place. */
        private static Stream<Target> andWhereItLeads(Target target) {
            if (!target.kind().equals(Target.PATH) && !target.kind().equals(Target.CWD)) {
                return Stream.of(target);
            }
            String real;
            try {
                real = RealPath.of(Path.of(target.value()));
            } catch (InvalidPathException e) { // it names no place of this machine
                return Stream.of(target);
            }
            return Stream.of(target, new Target(target.kind(), real, target.changes()))
                    .distinct();
        }

        private UndoReport tried(ToolRegistry.Entry entry, StoredCall undoing) {
            Aftermath aftermath = aftermath(entry, undoing);
            if (call.state() != StoredCall.State.DONE && absent(aftermath)) {
                services.records().moved(undoing, StoredCall.State.ABANDONED, "");
                return told(UndoReport.Kind.NOTHING_TO_UNDO, "undo.nothing");
            }
            try {
                aftermath.undo();
                services.records().moved(undoing, StoredCall.State.UNDONE, "");
                return told(UndoReport.Kind.UNDONE, "undo.done");
            } catch (ToolException e) {
                // Who refuses has changed nothing; an earlier try that was given up may be at work all the same.
                boolean over = !undoing.leftBehind();
                if (e.reason() == ToolException.Reason.CONFLICT) {
                    services.records().moved(undoing, call.state(), call.error(), over);
                    return told(UndoReport.Kind.CONFLICT, "undo.conflict", String.valueOf(e.getMessage()));
                }
                if (e.reason() == ToolException.Reason.NOT_SUPPORTED) {
                    services.records().moved(undoing, call.state(), call.error(), over);
                    return told(UndoReport.Kind.NOT_REVERSIBLE, "undo.kept", String.valueOf(e.getMessage()));
                }
                return failed(aftermath, undoing, e);
            } catch (RuntimeException e) {
                return failed(aftermath, undoing, e);
            }
        }

        private boolean absent(Aftermath aftermath) {
            try {
                return aftermath.state() == EffectState.ABSENT;
            } catch (RuntimeException e) { // then undo has to find out
                return false;
            }
        }

        /** What the failure left is what the tool says about it now. */
        private UndoReport failed(Aftermath aftermath, StoredCall undoing, RuntimeException failure) {
            EffectState state;
            try {
                state = aftermath.state();
            } catch (RuntimeException e) {
                failure.addSuppressed(e);
                state = EffectState.UNKNOWN;
            }
            String reason = String.valueOf(failure.getMessage());
            StoredCall.State left = switch (state) {
                case ABSENT -> StoredCall.State.UNDONE;
                case PRESENT -> StoredCall.State.DONE;
                case UNKNOWN -> StoredCall.State.REPORTED;
            };
            // One that took too long may be left behind, and bring back later what the call took away.
            boolean late = failure instanceof CancelledException
                    || failure instanceof ToolException tool && tool.reason() == ToolException.Reason.TIMEOUT;
            boolean over = !late && !undoing.leftBehind();
            services.records().moved(undoing, left, reason, over);
            return told(UndoReport.Kind.FAILED, "undo.failed", reason);
        }
    }
}
