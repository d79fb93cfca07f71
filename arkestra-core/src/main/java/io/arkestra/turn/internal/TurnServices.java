package io.arkestra.turn.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.concurrent.internal.Workers;
import io.arkestra.event.Events;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.guard.Guard;
import io.arkestra.guard.GuardContext;
import io.arkestra.learning.internal.LearningStore;
import io.arkestra.llm.LlmClient;
import io.arkestra.memory.Memory;
import io.arkestra.neuro.internal.NeuroStore;
import io.arkestra.onboarding.internal.OnboardingTalk;
import io.arkestra.people.internal.PeopleStore;
import io.arkestra.persona.internal.Autonomy;
import io.arkestra.persona.internal.Prompts;
import io.arkestra.policy.Policy;
import io.arkestra.provenance.internal.ConversationProvenance;
import io.arkestra.schedule.JobQueue;
import io.arkestra.schema.internal.SchemaValidator;
import io.arkestra.store.DocStore;
import io.arkestra.tool.internal.ToolRegistry;
import io.arkestra.tool.internal.ToolRunner;
import io.arkestra.tool.select.internal.ToolDescriptions;
import io.arkestra.tool.select.internal.ToolSelector;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Locale;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;

/**
 * What turns work with. All of it is thread-safe.
 *
 * @param persona who decides and answers
 * @param tooling what can be done
 * @param records what is kept
 * @param guard masks
 * @param bus tells what happens
 * @param workers runs models and tools
 * @param timer ends turns that take too long
 * @param clock the time
 */
public record TurnServices(
        Persona persona,
        Tooling tooling,
        Records records,
        Guard guard,
        EngineEventBus bus,
        Workers workers,
        ScheduledExecutorService timer,
        Clock clock) {
    /**
     * Who decides and answers.
     *
     * @param assistantName how the assistant is called in the log
     * @param junior decides
     * @param senior answers
     * @param seniorIsOffline whether no language model is configured for answers
     * @param fallback takes over for a model that fails
     * @param prompts lays out prompts
     * @param onboarding gets to know users
     * @param sent what was sent to the senior before
     * @param schemas validates what the junior writes
     * @param neuro the mood
     * @param learning what feedback has taught
     * @param zone the zone of users who named none
     * @param language tells the language to answer a message in
     * @param autonomy how far turns go on by themselves
     * @param betterModel when a better model is asked from the start
     * @param relevance which recalled passages go into prompts
     */
    public record Persona(
            String assistantName,
            LlmClient junior,
            LlmClient senior,
            boolean seniorIsOffline,
            LlmClient fallback,
            Prompts prompts,
            OnboardingTalk onboarding,
            SentPrompts sent,
            SchemaValidator schemas,
            NeuroStore neuro,
            LearningStore learning,
            ZoneId zone,
            Function<String, Locale> language,
            Autonomy autonomy,
            BetterModel betterModel,
            RelevanceGate relevance) {
        /** Whether rules decide and answer, which go by the message and what was recalled alone. */
        boolean isOffline() {
            return seniorIsOffline && junior == fallback;
        }

        private Persona with(LlmClient otherJunior, LlmClient otherSenior) {
            return new Persona(
                    assistantName,
                    otherJunior,
                    otherSenior,
                    otherSenior == fallback,
                    fallback,
                    prompts,
                    onboarding,
                    sent,
                    schemas,
                    neuro,
                    learning,
                    zone,
                    language,
                    autonomy,
                    betterModel,
                    relevance);
        }
    }

    /**
     * What can be done.
     *
     * @param registry knows the tools
     * @param runner runs them
     * @param policy judges
     * @param provenance keeps account of what the senior has seen
     * @param selector finds those that fit a message
     */
    public record Tooling(
            ToolRegistry registry,
            ToolRunner runner,
            Policy policy,
            ConversationProvenance provenance,
            ToolSelector selector,
            ToolDescriptions descriptions) {}

    /**
     * What is kept.
     *
     * @param store all documents
     * @param memory recalls
     * @param log the conversation log
     * @param traces why turns went as they did
     * @param people names and zones
     * @param surroundings which name to use, and what is going on
     * @param jobs runs the remember step
     * @param remembering lets the next turn wait for the remember step of the one before
     * @param ending ends conversations
     */
    public record Records(
            DocStore store,
            Memory memory,
            ConversationLog log,
            TraceStore traces,
            PeopleStore people,
            Surroundings surroundings,
            JobQueue jobs,
            RememberStep remembering,
            SessionEnding ending) {}

    /** The same with these models for one turn. */
    public TurnServices with(LlmClient junior, LlmClient senior) {
        return new TurnServices(persona.with(junior, senior), tooling, records, guard, bus, workers, timer, clock);
    }

    /** Tells the host of an error. Its message may quote a prompt, so it passes the guard. */
    void publishFailure(UserId user, TurnId turn, ArkestraException error) {
        String message = guard.inspect(
                        String.valueOf(error.getMessage()), GuardContext.of(GuardContext.Direction.TO_LOG))
                .text();
        bus.publish(new Events.Failure(bus.nextHeader(user, turn), error.code(), message));
    }
}
