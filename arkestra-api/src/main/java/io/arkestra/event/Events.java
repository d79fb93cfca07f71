package io.arkestra.event;

import io.arkestra.common.Json;
import io.arkestra.llm.OutputQuality;
import io.arkestra.llm.Timings;
import io.arkestra.llm.Usage;
import io.arkestra.neuro.NeuroChange;
import io.arkestra.neuro.NeuroLevels;
import io.arkestra.neuro.NeuroUpdate;
import io.arkestra.policy.Decision;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The engine's own events. Records may gain components in a later release: read them by accessor, do not construct them. */
public final class Events {
    private Events() {}

    /**
     * A turn began.
     *
     * @param session the session's id
     */
    public record TurnStarted(EventHeader header, String session) implements ArkestraEvent {
        @Override
        public Topic topic() {
            return Topic.TURN;
        }
    }

    /**
     * A turn is over.
     *
     * @param outcome name of the outcome
     * @param took how long it took
     */
    public record TurnEnded(EventHeader header, String outcome, Duration took) implements ArkestraEvent {
        @Override
        public Topic topic() {
            return Topic.TURN;
        }
    }

    /**
     * The junior made up its mind.
     *
     * @param intent what the user wants
     * @param source {@code rules} or the model's name
     * @param report the whole report
     */
    public record IntentDecided(EventHeader header, String intent, String source, Json report)
            implements ArkestraEvent {
        @Override
        public Topic topic() {
            return Topic.INTENT;
        }
    }

    /**
     * Memory was searched.
     *
     * @param passages ids of what was found, best first
     * @param took how long it took
     */
    public record Recalled(EventHeader header, List<String> passages, Duration took) implements ArkestraEvent {
        public Recalled {
            passages = List.copyOf(passages);
        }

        @Override
        public Topic topic() {
            return Topic.MEMORY;
        }
    }

    /**
     * Something was remembered.
     *
     * @param memory its id
     */
    public record Remembered(EventHeader header, String memory) implements ArkestraEvent {
        @Override
        public Topic topic() {
            return Topic.MEMORY;
        }
    }

    /**
     * A conversation is over: summed up, its facts learned.
     *
     * @param session its id
     * @param reason {@code idle}, {@code turn_limit}, {@code goodbye} or {@code host}
     */
    public record SessionEnded(EventHeader header, String session, String reason) implements ArkestraEvent {
        @Override
        public Topic topic() {
            return Topic.MEMORY;
        }
    }

    /**
     * A step of the nightly work on memories is done.
     *
     * @param step its name
     * @param done how many of the steps are done, over all users
     * @param total how many there are
     * @param changed how many records the step changed
     */
    public record SleepProgressed(EventHeader header, String step, int done, int total, long changed)
            implements ArkestraEvent {
        @Override
        public Topic topic() {
            return Topic.MEMORY;
        }
    }

    /**
     * A policy decided about a tool call.
     *
     * @param call id of the call
     * @param tool name of the tool
     * @param effect the verdict
     * @param rules the rules that led to it
     */
    public record PolicyDecided(
            EventHeader header, String call, String tool, Decision.Effect effect, List<String> rules)
            implements ArkestraEvent {
        public PolicyDecided {
            rules = List.copyOf(rules);
        }

        @Override
        public Topic topic() {
            return Topic.POLICY;
        }
    }

    /**
     * A file of rules is another than before.
     *
     * @param file its path
     * @param accepted whether its rules are in force; if not, those of before are
     * @param problem why not; empty when they are
     */
    public record RulesChanged(EventHeader header, String file, boolean accepted, String problem)
            implements ArkestraEvent {
        @Override
        public Topic topic() {
            return Topic.POLICY;
        }
    }

    /**
     * A call waits for a person, or does not any more.
     *
     * @param approval id of the approval
     * @param tool name of the tool
     * @param state {@code WAITING}, {@code PARKED}, {@code APPROVED}, {@code EDITED}, {@code DENIED}, {@code EXPIRED} or {@code CANCELLED}
     */
    public record ApprovalChanged(EventHeader header, String approval, String tool, String state)
            implements ArkestraEvent {
        @Override
        public Topic topic() {
            return Topic.POLICY;
        }
    }

    /**
     * A tool call is over.
     *
     * @param call id of the call
     * @param tool name of the tool
     * @param status {@code ok}, or the code of the error
     * @param took how long it took
     * @param dryRun whether the turn only finds out what would happen
     */
    public record ToolFinished(
            EventHeader header, String call, String tool, String status, Duration took, boolean dryRun)
            implements ArkestraEvent {
        /** Of a call that was no rehearsal. */
        public ToolFinished(EventHeader header, String call, String tool, String status, Duration took) {
            this(header, call, tool, status, took, false);
        }

        @Override
        public Topic topic() {
            return Topic.TOOL;
        }
    }

    /**
     * A tool call that runs says how far it is.
     *
     * @param call id of the call, as {@code ToolCall.id()}
     * @param tool name of the tool
     * @param what what is being done, in the tool's words
     * @param done how much of it is done
     * @param total of how much; 0 when nobody knows
     */
    public record ToolProgressed(EventHeader header, String call, String tool, String what, long done, long total)
            implements ArkestraEvent {
        @Override
        public Topic topic() {
            return Topic.TOOL;
        }
    }

    /**
     * It was found out what became of a call whose end nobody had seen, because a process was killed.
     *
     * @param call id of the call, as {@code ToolCall.id()}
     * @param tool name of the tool
     * @param state {@code DONE}, {@code ABANDONED}, {@code UNDONE}, or {@code REPORTED} when a person has to look
     * @param reason why, for people; may be empty
     */
    public record ToolRecovered(EventHeader header, String call, String tool, String state, String reason)
            implements ArkestraEvent {
        @Override
        public Topic topic() {
            return Topic.TOOL;
        }
    }

    /**
     * A piece of the answer, after the guard.
     *
     * @param text the piece
     */
    public record TextDelta(EventHeader header, String text) implements ArkestraEvent {
        @Override
        public Topic topic() {
            return Topic.LLM_TOKENS;
        }
    }

    /**
     * A language model was called, tries again included. Holds figures, never text.
     *
     * @param role what it was used for
     * @param backend which of the role's backends, by name
     * @param model the model that answered; empty when there is no answer
     * @param usage tokens of prompt, cache and answer
     * @param timings how long it took
     * @param quality how a structured answer came to have its form
     * @param finish name of the reason why the answer ended, or the code of the error when there is none
     * @param retries how often the call was made again
     */
    public record ModelCalled(
            EventHeader header,
            String role,
            String backend,
            String model,
            Usage usage,
            Timings timings,
            OutputQuality quality,
            String finish,
            int retries)
            implements ArkestraEvent {
        @Override
        public Topic topic() {
            return Topic.LLM_CALLS;
        }
    }

    /**
     * A better model was asked because the first one did not do. Happens at most once in a turn.
     *
     * @param role what the models are used for
     * @param from the backend that did not do, by name
     * @param to the one that is asked instead
     * @param reason {@code malformed-output}, {@code length}, or what the caller gave, for example {@code low-confidence}
     */
    public record ModelEscalated(EventHeader header, String role, String from, String to, String reason)
            implements ArkestraEvent {
        @Override
        public Topic topic() {
            return Topic.LLM_CALLS;
        }
    }

    /**
     * The mood towards a user was moved.
     *
     * @param cause what moved it
     * @param asked what was asked for; nothing unless a turn did
     * @param applied what came of it
     * @param levels the levels afterwards
     */
    public record NeuroChanged(
            EventHeader header, NeuroChange.Cause cause, NeuroUpdate asked, NeuroUpdate applied, NeuroLevels levels)
            implements ArkestraEvent {
        @Override
        public Topic topic() {
            return Topic.NEURO;
        }
    }

    /**
     * A job changed its state.
     *
     * @param job its id
     * @param type its type
     * @param state the new state
     */
    public record JobChanged(EventHeader header, String job, String type, String state) implements ArkestraEvent {
        @Override
        public Topic topic() {
            return Topic.JOB;
        }
    }

    /**
     * A reminder is due. Has one stable id, so that a channel that delivers at least once can show it once.
     *
     * @param delivery stable id of this delivery
     * @param reminder id of the reminder
     * @param text what to remind of, after the guard
     * @param due when it was due
     * @param late how long ago that was, zero when on time
     */
    public record ReminderDue(
            EventHeader header, String delivery, String reminder, String text, Instant due, Duration late)
            implements ArkestraEvent {
        @Override
        public Topic topic() {
            return Topic.REMINDER;
        }
    }

    /**
     * Something went wrong that did not end the turn.
     *
     * @param code stable code of the error
     * @param message what happened, after the guard
     */
    public record Failure(EventHeader header, String code, String message) implements ArkestraEvent {
        @Override
        public Topic topic() {
            return Topic.ERROR;
        }
    }
}
