package io.arkestra.turn.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.concurrent.internal.Workers;
import io.arkestra.event.Events;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.guard.Guard;
import io.arkestra.guard.GuardContext;
import io.arkestra.llm.LlmClient;
import io.arkestra.memory.Memory;
import io.arkestra.people.internal.PeopleStore;
import io.arkestra.persona.internal.Prompts;
import io.arkestra.policy.Policy;
import io.arkestra.schedule.JobQueue;
import io.arkestra.schema.internal.SchemaValidator;
import io.arkestra.store.DocStore;
import io.arkestra.tool.internal.ToolRegistry;
import io.arkestra.tool.internal.ToolRunner;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Locale;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;

/**
 * What turns work with. All of it is thread-safe.
 *
 * @param assistantName how the assistant is called in the log
 * @param junior decides
 * @param senior answers
 * @param seniorIsOffline whether no language model is configured for answers
 * @param fallback answers when the senior cannot
 * @param prompts lays out prompts
 * @param guard masks
 * @param policy judges
 * @param registry knows the tools
 * @param tools runs them
 * @param memory recalls
 * @param store keeps
 * @param log is the conversation log
 * @param traces keeps why
 * @param people knows names and zones
 * @param jobs runs the remember step
 * @param remembering lets the next turn wait for the remember step of the one before
 * @param bus tells what happens
 * @param schemas validates what the junior writes
 * @param workers runs models and tools
 * @param timer ends turns that take too long
 * @param clock the time
 * @param zone the zone of users who named none
 * @param language tells the language to answer a message in
 */
public record TurnServices(
        String assistantName,
        LlmClient junior,
        LlmClient senior,
        boolean seniorIsOffline,
        LlmClient fallback,
        Prompts prompts,
        Guard guard,
        Policy policy,
        ToolRegistry registry,
        ToolRunner tools,
        Memory memory,
        DocStore store,
        ConversationLog log,
        TraceStore traces,
        PeopleStore people,
        JobQueue jobs,
        RememberStep remembering,
        EngineEventBus bus,
        SchemaValidator schemas,
        Workers workers,
        ScheduledExecutorService timer,
        Clock clock,
        ZoneId zone,
        Function<String, Locale> language) {
    /** Tells the host of an error. Its message may quote a prompt, so it passes the guard. */
    void publishFailure(UserId user, TurnId turn, ArkestraException error) {
        String message = guard.inspect(
                        String.valueOf(error.getMessage()), GuardContext.of(GuardContext.Direction.TO_LOG))
                .text();
        bus.publish(new Events.Failure(bus.nextHeader(user, turn), error.code(), message));
    }
}
