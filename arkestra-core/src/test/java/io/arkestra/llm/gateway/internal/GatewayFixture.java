package io.arkestra.llm.gateway.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.event.ArkestraEvent;
import io.arkestra.event.Delivery;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.guard.internal.PatternGuard;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.OutputSpec;
import io.arkestra.llm.repair.internal.JsonRepair;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Policy;
import io.arkestra.schedule.internal.TestStores;
import io.arkestra.schema.internal.SchemaValidator;
import io.arkestra.store.DocStore;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A gateway with time that a test moves. */
final class GatewayFixture implements AutoCloseable {
    static final Scope ALICE = Scope.of(UserId.of("alice"));
    static final Json SCHEMA = Json.parse("""
            {"type":"object","required":["n"],"properties":{"n":{"type":"integer"}}}
            """);

    final ManualPace pace = new ManualPace();
    final List<ArkestraEvent> events = new CopyOnWriteArrayList<>();
    final DocStore store = TestStores.inMemory(pace.clock);
    private final EngineEventBus bus = new EngineEventBus(pace.clock);
    private boolean egress;
    private Policy policy = (action, scope) -> Decision.allow("test", "test");
    private OptionalLong perUser = OptionalLong.empty();

    GatewayFixture() {
        bus.subscribe(Set.of(), Delivery.sync(), events::add);
    }

    GatewayFixture egress(Policy judge) {
        egress = true;
        policy = judge;
        return this;
    }

    GatewayFixture userTokensPerDay(long tokens) {
        perUser = OptionalLong.of(tokens);
        return this;
    }

    Gateway gateway(PlannedLlm... clients) {
        List<Gateway.Entry> entries = new ArrayList<>();
        for (PlannedLlm client : clients) {
            String name = "b" + entries.size();
            entries.add(new Gateway.Entry(BackendSettings.of(name, entries.size()), client));
        }
        return new Gateway("senior", entries, services());
    }

    GatewayServices services() {
        SchemaValidator schemas = SchemaValidator.create();
        return new GatewayServices(
                new TokenBudgets(store, pace.clock, perUser, OptionalLong.empty(), scope -> ZoneOffset.UTC),
                new Egress(egress, policy, new PatternGuard()),
                new JsonRepair(schemas),
                new Escalations(),
                bus,
                pace);
    }

    <E extends ArkestraEvent> List<E> events(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    static LlmRequest text(String message) {
        return LlmRequest.builder("senior")
                .message(LlmMessage.user(message))
                .scope(ALICE)
                .build();
    }

    static LlmRequest document(String message) {
        return text(message).toBuilder().output(OutputSpec.json("n", SCHEMA)).build();
    }

    @Override
    public void close() {
        bus.close();
        store.close();
    }
}
