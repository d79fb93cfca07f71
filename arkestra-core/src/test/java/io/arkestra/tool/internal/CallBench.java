package io.arkestra.tool.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.concurrent.internal.Workers;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.guard.internal.GuardSettings;
import io.arkestra.guard.internal.PatternGuard;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputQuality;
import io.arkestra.llm.gateway.internal.Pace;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Policy;
import io.arkestra.policy.Trust;
import io.arkestra.policy.internal.ActionFacts;
import io.arkestra.policy.internal.CallHistory;
import io.arkestra.schedule.internal.TestStores;
import io.arkestra.schema.internal.SchemaValidator;
import io.arkestra.store.DocStore;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A runner of calls with its parts in the open. */
public final class CallBench implements AutoCloseable {
    static final UserId ALICE = UserId.of("alice");

    final DocStore store = TestStores.inMemory(Clock.systemUTC());
    final Clock clock = Clock.systemUTC();
    final EngineEventBus bus = new EngineEventBus(clock);
    final Workers workers = new Workers("bench", 8);
    final ToolArguments arguments = new ToolArguments(SchemaValidator.create());
    final ToolRegistry registry = new ToolRegistry(arguments);
    final CallRecords records = new CallRecords(store, clock);
    final Artifacts artifacts = Artifacts.temporary(store, Artifacts.Limits.DEFAULT);
    /** Lines of the ledger: kind, subject, outcome. */
    final List<String> ledger = Collections.synchronizedList(new ArrayList<>());
    /** How long the runner waited between tries. */
    final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());

    Policy policy = (action, scope) -> Decision.allow("test.allow", "tests may");
    Approver approver = Approver.nobody();
    Provenance provenance = Provenance.unknown();
    CallLedger taking =
            (kind, scope, subject, outcome, rules, detail) -> ledger.add(kind + " " + subject + " " + outcome);

    private long nanos;
    private int calls;

    /** A runner of what is set now. */
    public ToolRunner runner() {
        return new ToolRunner(services());
    }

    /** What tools that call others do it with. */
    public InnerCalls inner() {
        return new InnerCalls(services());
    }

    /** Takes calls back. */
    UndoDesk desk() {
        return new UndoDesk(services());
    }

    /** What an engine does with what an earlier process left. */
    Recovery recovery() {
        return new Recovery(services(), Recovery.Resumption.none());
    }

    /** The tools that can be called. */
    public ToolRegistry registry() {
        return registry;
    }

    private CallServices services() {
        Pace pace = new Pace() {
            @Override
            public long nanos() {
                return nanos;
            }

            @Override
            public double chance() {
                return 0.5;
            }

            @Override
            public void pause(Duration time, Cancellation cancel) {
                cancel.throwIfCancelled();
                pauses.add(time);
                nanos += time.toNanos();
            }
        };
        return new CallServices(
                registry,
                arguments,
                new PatternGuard(GuardSettings.off()),
                policy,
                new ActionFacts(
                        new CallHistory(store, CallRecords.COLLECTION.name(), clock), scope -> Optional.empty(), clock),
                approver,
                provenance,
                taking,
                records,
                artifacts,
                bus,
                workers,
                pace,
                clock);
    }

    void passes(Duration time) {
        nanos += time.toNanos();
    }

    public void add(Tool tool) {
        registry.add(tool, "test", Trust.BUILT_IN);
    }

    ToolRunner.Done run(ToolSpec spec, String json) {
        return run(spec.name(), json);
    }

    ToolRunner.Done run(String tool, String json) {
        return runner().run(LlmToolCall.of("call-" + ++calls, tool, json), place());
    }

    static ToolRunner.Place place() {
        return new ToolRunner.Place(
                Scope.of(ALICE),
                TurnId.of("turn"),
                Locale.ENGLISH,
                ZoneOffset.UTC,
                Cancellation.none(),
                OutputQuality.RAW);
    }

    /** What is on record, the newest first. */
    List<StoredCall> recorded() {
        return records.newest(ALICE, 100);
    }

    static String told(ToolRunner.Done done) {
        return done.message().string("message").orElse("");
    }

    static Json text(String text) {
        return Json.object().put("text", text).build();
    }

    @Override
    public void close() {
        artifacts.close();
        workers.close();
        bus.close();
        store.close();
    }
}
