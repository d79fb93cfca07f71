package io.arkestra;

import io.arkestra.approval.internal.ApprovalDesk;
import io.arkestra.audit.internal.AuditLog;
import io.arkestra.common.Budget;
import io.arkestra.people.internal.AliasStore;
import io.arkestra.people.internal.EnvStore;
import io.arkestra.people.internal.Forgetting;
import io.arkestra.people.internal.PersonFiles;
import io.arkestra.schedule.Reminders;
import io.arkestra.schedule.internal.DurableDeliveries;
import io.arkestra.spi.internal.ResourceStack;
import io.arkestra.tool.internal.Recovery;
import io.arkestra.tool.internal.UndoDesk;
import io.arkestra.turn.internal.MessageLimits;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What the engine holds besides what turns work with.
 *
 * @param models decide and answer
 * @param tools finds and describes tools
 * @param reminders sets reminders
 * @param deliveries hands out those that came due
 * @param nightly does the nightly work
 * @param calls shows calls and takes them back
 * @param recovery settles calls that were cut off
 * @param approvals asks people
 * @param audit takes down who did what
 * @param files takes people out and in
 * @param forgetting forgets people
 * @param aliases names that people go by
 * @param permissions explains decisions
 * @param surroundings what hosts tell about conversations
 * @param limits what a message may be
 * @param budget what a turn may spend
 * @param closeWait how long turns may go on after the engine was told to close
 * @param turnThreads runs turns
 * @param describe tells the wiring
 * @param resources everything that was opened
 */
record EngineParts(
        RoleModels models,
        Tools tools,
        Reminders reminders,
        DurableDeliveries deliveries,
        NightlyWork nightly,
        UndoDesk calls,
        Recovery recovery,
        ApprovalDesk approvals,
        AuditLog audit,
        PersonFiles files,
        Forgetting forgetting,
        AliasStore aliases,
        EnginePermissions permissions,
        EnvStore surroundings,
        MessageLimits limits,
        Budget budget,
        Duration closeWait,
        Executor turnThreads,
        Supplier<String> describe,
        ResourceStack resources) {}
