package io.arkestra;

import io.arkestra.common.Budget;
import io.arkestra.people.internal.AliasStore;
import io.arkestra.people.internal.EnvStore;
import io.arkestra.people.internal.Forgetting;
import io.arkestra.people.internal.PersonFiles;
import io.arkestra.schedule.Deliveries;
import io.arkestra.schedule.Reminders;
import io.arkestra.spi.internal.ResourceStack;
import io.arkestra.turn.internal.MessageLimits;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What the engine holds besides what turns work with.
 *
 * @param models decide and answer
 * @param reminders sets reminders
 * @param deliveries hands out those that came due
 * @param nightly does the nightly work
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
        Reminders reminders,
        Deliveries deliveries,
        NightlyWork nightly,
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
