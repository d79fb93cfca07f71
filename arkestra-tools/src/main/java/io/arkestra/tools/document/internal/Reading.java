package io.arkestra.tools.document.internal;

import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolException.Reason;
import io.arkestra.tools.fs.internal.CallCancellation;
import java.time.Clock;
import java.time.Instant;

/** One document being read: its limits, and when to stop. Confined to one thread. */
final class Reading {
    private final String name;
    private final Limits limits;
    private final ToolContext context;
    private final Clock clock;
    private final Instant end;

    private Reading(String name, Limits limits, ToolContext context) {
        this.name = name;
        this.limits = limits;
        this.context = context;
        this.clock = context.clock();
        Instant own = clock.instant().plus(limits.time());
        this.end = own.isBefore(context.deadline()) ? own : context.deadline();
    }

    /** Begins now. */
    static Reading of(String name, Limits limits, ToolContext context) {
        return new Reading(name, limits, context);
    }

    String name() {
        return name;
    }

    Limits limits() {
        return limits;
    }

    /** How far it is, for people. */
    void progress(long done, long total) {
        context.progress(name, done, total);
    }

    /**
     * To be asked often.
     *
     * @throws io.arkestra.common.CancelledException when nobody wants it any more, or the thread is interrupted
     * @throws ToolException when it took too long
     */
    void goOn() {
        context.cancellation().throwIfCancelled();
        CallCancellation.throwIfInterrupted();
        Instant now = clock.instant();
        if (now.isAfter(context.deadline())) {
            throw new ToolException(
                    Reason.FAILED,
                    "The time for the call was over while '" + name + "' was being read; nothing was kept");
        }
        if (now.isAfter(end)) {
            throw new ToolException(
                    Reason.INVALID_ARGUMENTS,
                    "'" + name + "' takes longer than " + limits.time().toSeconds() + " s to read and was given up");
        }
    }

    /** @throws ToolException when so much text is too much */
    void hold(long characters) {
        if (characters > limits.characters()) {
            throw new ToolException(
                    Reason.INVALID_ARGUMENTS,
                    "'" + name + "' holds more than " + limits.characters()
                            + " characters of text, which is the most that is imported; cut it into several files");
        }
    }

    /** @throws ToolException always: the content is not what it should be */
    ToolException bad(String why) {
        return new ToolException(Reason.INVALID_ARGUMENTS, "'" + name + "' " + why);
    }

    ToolException bad(String why, Throwable cause) {
        return new ToolException(Reason.INVALID_ARGUMENTS, "'" + name + "' " + why, cause);
    }
}
