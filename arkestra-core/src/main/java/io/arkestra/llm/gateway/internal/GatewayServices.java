package io.arkestra.llm.gateway.internal;

import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.llm.repair.internal.JsonRepair;

/**
 * What the gateways of an engine share. All of it is thread-safe.
 *
 * @param budgets tokens per user and day
 * @param egress the way out of the machine
 * @param repair reads almost-JSON
 * @param escalations once per turn
 * @param bus hears of calls
 * @param pace time and chance
 */
public record GatewayServices(
        TokenBudgets budgets,
        Egress egress,
        JsonRepair repair,
        Escalations escalations,
        EngineEventBus bus,
        Pace pace) {}
