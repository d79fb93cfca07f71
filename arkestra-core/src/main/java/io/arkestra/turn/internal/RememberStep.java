package io.arkestra.turn.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.event.Events;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.memory.Memory;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

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
    private final ConcurrentMap<UserId, CountDownLatch> pending = new ConcurrentHashMap<>();

    public RememberStep(Memory memory, EngineEventBus bus) {
        this.memory = memory;
        this.bus = bus;
    }

    /** The job of a turn. What the user did not say in these words is kept as the assistant's, never as the user's own. */
    JobSpec job(TurnInput input, String messageId, List<SeniorReply.Proposal> proposals) {
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
                        .put("user", input.scope().user().value())
                        .put("session", input.session().value())
                        .put("turn", input.id().value())
                        .put("message", messageId)
                        .put("memories", Json.array(memories))
                        .build())
                .build();
    }

    /** Says that a job of the user was queued, so that {@link #settle} waits for it. */
    void queued(UserId user) {
        pending.put(user, new CountDownLatch(1));
    }

    /** Takes {@link #queued} back. */
    void abandoned(UserId user) {
        pending.remove(user);
    }

    /** Waits until what the user's last turn taught is in memory, but not for long. */
    void settle(UserId user) {
        CountDownLatch latch = pending.get(user);
        if (latch == null) {
            return;
        }
        try {
            if (latch.await(SETTLING.toMillis(), TimeUnit.MILLISECONDS)) {
                pending.remove(user, latch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run(JobContext context) {
        Json payload = context.job().payload();
        UserId user = UserId.of(payload.text("user"));
        TurnId turn = TurnId.of(payload.text("turn"));
        Scope scope = Scope.of(user, SessionId.of(payload.text("session")));
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
                            draft.origin(Origin.valueOf(item.text("origin"))).source(payload.text("message"))));
                }
            });
        } finally {
            CountDownLatch latch = pending.get(user);
            if (latch != null) {
                latch.countDown();
            }
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
