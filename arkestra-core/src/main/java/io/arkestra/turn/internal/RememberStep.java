package io.arkestra.turn.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.ProjectId;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.Subscription;
import io.arkestra.common.Taint;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.event.Events;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.memory.Memory;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.persona.internal.SeniorReply;
import io.arkestra.schedule.JobContext;
import io.arkestra.schedule.JobHandler;
import io.arkestra.schedule.JobSpec;
import io.arkestra.store.Owner;
import java.text.Normalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The last stage of a turn, as a durable job: what was learned is written to memory in the transaction that completes the job, so once,
 * however often it is started. Thread-safe.
 */
public final class RememberStep implements JobHandler {
    /** Type of the job. */
    public static final String TYPE = "remember";

    private static final Duration SETTLING = Duration.ofSeconds(2);

    private final Memory memory;
    private final EngineEventBus bus;
    private final ConcurrentMap<UserId, Map<TurnId, CompletableFuture<Void>>> pending = new ConcurrentHashMap<>();

    public RememberStep(Memory memory, EngineEventBus bus) {
        this.memory = memory;
        this.bus = bus;
    }

    /**
     * The job of a turn. What was written while untrusted words had been seen carries their taint, also where it is in the user's words: the
     * choice was the model's. What the user did not say in these words is kept as the assistant's, never as the user's own.
     */
    JobSpec job(TurnInput input, Message message, List<SeniorReply.Proposal> proposals, Set<Taint> taints) {
        List<Json> memories = proposals.stream()
                .map(proposal -> Json.object()
                        .put("kind", proposal.kind().name())
                        .put("text", proposal.text())
                        .put("origin", (said(input.message(), proposal.text()) ? Origin.USER : Origin.ASSISTANT).name())
                        .build())
                .toList();
        return JobSpec.builder(TYPE, Owner.of(input.scope().user()))
                .dedupeKey(TYPE + ":" + input.id())
                .payload(Json.object()
                        .put("session", input.session().value())
                        .putIfPresent("project", input.scope().project().map(ProjectId::value))
                        .put("turn", input.id().value())
                        .put("message", message.id())
                        .put("at", message.at())
                        .put("memories", Json.array(memories))
                        .put(
                                "taint",
                                Json.strings(
                                        taints.stream().map(Taint::toString).toList()))
                        .build())
                .build();
    }

    /** Says that the job of a turn is being queued, so that {@link #settle} waits for it. */
    void queued(UserId user, TurnId turn) {
        pending.compute(user, (key, turns) -> {
            Map<TurnId, CompletableFuture<Void>> now = turns == null ? new ConcurrentHashMap<>() : turns;
            now.put(turn, new CompletableFuture<>());
            return now;
        });
    }

    /** Takes {@link #queued} back, or says that the job has run. */
    void abandoned(UserId user, TurnId turn) {
        pending.computeIfPresent(user, (key, turns) -> {
            CompletableFuture<Void> settled = turns.remove(turn);
            if (settled != null) {
                settled.complete(null);
            }
            return turns.isEmpty() ? null : turns;
        });
    }

    /** Lets nobody wait any more for what a user's turns taught. */
    public void forget(UserId user) {
        Map<TurnId, CompletableFuture<Void>> turns = pending.get(user);
        if (turns != null) {
            List.copyOf(turns.keySet()).forEach(turn -> abandoned(user, turn));
        }
    }

    /** Waits until what the user's earlier turns taught is in memory, but not for long, and not for the same turn twice. */
    void settle(UserId user, Cancellation cancel) {
        Map<TurnId, CompletableFuture<Void>> turns = pending.get(user);
        if (turns == null) {
            return;
        }
        Map<TurnId, CompletableFuture<Void>> waited = Map.copyOf(turns);
        CompletableFuture<Void> settled =
                CompletableFuture.allOf(waited.values().toArray(CompletableFuture<?>[]::new));
        CompletableFuture<Void> wake = new CompletableFuture<>();
        settled.thenRun(() -> wake.complete(null));
        try (Subscription registration = cancel.onCancel(() -> wake.complete(null))) {
            wake.get(SETTLING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            waited.keySet().forEach(turn -> abandoned(user, turn));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("Nothing completes this exceptionally", e);
        }
        cancel.throwIfCancelled();
    }

    @Override
    public void run(JobContext context) {
        Json payload = context.job().payload();
        // The owner, not the payload, says whose memory is written: nobody can queue a job for somebody else's.
        UserId user = context.job()
                .owner()
                .user()
                .orElseThrow(() -> new InvalidInputException("A remember job belongs to a user, not to the system"));
        TurnId turn = TurnId.of(payload.text("turn"));
        Scope session = Scope.of(user, SessionId.of(payload.text("session")));
        Scope scope = payload.string("project")
                .map(ProjectId::of)
                .map(session::withProject)
                .orElse(session);
        List<String> taint = payload.list("taint").stream().map(Json::asString).toList();
        List<MemoryRecord> kept = new ArrayList<>();
        try {
            context.complete(tx -> {
                kept.clear();
                for (Json item : payload.list("memories")) {
                    MemoryKind kind = MemoryKind.valueOf(item.text("kind"));
                    MemoryDraft draft = kind == MemoryKind.NOTE
                            ? MemoryDraft.note(item.text("text"))
                            : MemoryDraft.fact(item.text("text"));
                    kept.add(memory.remember(
                            tx,
                            scope,
                            draft.origin(Origin.valueOf(item.text("origin")))
                                    .source(payload.text("message"))
                                    .taint(taint)
                                    .at(payload.instant("at")
                                            .orElse(context.job().runAt()))));
                }
            });
        } finally {
            abandoned(user, turn);
        }
        for (MemoryRecord memory : kept) {
            bus.publish(new Events.Remembered(bus.nextHeader(user, turn), memory.id()));
        }
    }

    private static boolean said(String message, String words) {
        return plain(message).contains(plain(words));
    }

    private static String plain(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC)
                .toLowerCase(Locale.ROOT)
                .replaceAll("\\s+", " ")
                .strip();
    }
}
