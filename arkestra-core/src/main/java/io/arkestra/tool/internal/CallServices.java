package io.arkestra.tool.internal;

import io.arkestra.concurrent.internal.Workers;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.guard.Guard;
import io.arkestra.llm.gateway.internal.Pace;
import io.arkestra.policy.Policy;
import io.arkestra.policy.internal.ActionFacts;
import java.time.Clock;

/**
 * What calls of tools are made with. All of it is thread-safe.
 *
 * @param registry knows the tools
 * @param arguments checks arguments and results
 * @param guard masks what a tool must not have
 * @param policy judges
 * @param facts counts calls and says how risky they are
 * @param approver asks a person
 * @param provenance knows which words came from where
 * @param ledger takes down who did what
 * @param records holds what was prepared
 * @param artifacts keeps files that calls make
 * @param bus tells what happens
 * @param workers runs tools
 * @param pace waits between tries
 * @param clock the time
 */
public record CallServices(
        ToolRegistry registry,
        ToolArguments arguments,
        Guard guard,
        Policy policy,
        ActionFacts facts,
        Approver approver,
        Provenance provenance,
        CallLedger ledger,
        CallRecords records,
        Artifacts artifacts,
        EngineEventBus bus,
        Workers workers,
        Pace pace,
        Clock clock) {}
