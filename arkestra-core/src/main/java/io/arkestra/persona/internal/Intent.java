package io.arkestra.persona.internal;

import java.util.Locale;

/** What a message wants. The lower-case name with dashes is what the junior writes. */
public enum Intent {
    GREETING,
    THANKS,
    GOODBYE,
    HOW_ARE_YOU,
    /** "Ok", "yes": nothing to be done. */
    ACKNOWLEDGE,
    /** An order that no tool carries out. */
    UNSUPPORTED,
    ABILITIES,
    /** Keep a fact; slot {@code text}. */
    REMEMBER,
    /** Delete what is kept of something; slot {@code text}, empty for everything. */
    FORGET,
    /** Take a note; slot {@code text}. */
    NOTE,
    LIST_NOTES,
    /** Set a reminder; slots {@code when} (the whole phrase) and {@code text}. */
    REMIND,
    LIST_REMINDERS,
    /** Slot {@code text}: which one. */
    CANCEL_REMINDER,
    /** Add a task; slots {@code text} (the whole phrase) and {@code timed} ({@code yes} when it names a time). */
    TASK,
    LIST_TASKS,
    /** Tick a task off; slot {@code text}: which one. */
    COMPLETE_TASK,
    /** Slot {@code name}. */
    SET_NAME,
    ASK_NAME,
    /** Slot {@code zone}. */
    SET_ZONE,
    ASK_ZONE,
    /** How to speak and what not to touch; slots {@code form}, {@code title}, {@code language}, {@code tone}, {@code goal}, {@code boundary}. */
    SET_PROFILE,
    ASK_TIME,
    /** What was said at some time; slots {@code from}, {@code to} (instants) and {@code topic}. */
    HISTORY,
    /** Wants to know something. */
    QUESTION,
    /** Tells something, or anything else. */
    STATEMENT;

    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The intent of this name; {@link #STATEMENT} for an unknown one, because a model may make one up. */
    public static Intent of(String word) {
        for (Intent intent : values()) {
            if (intent.word().equals(word)) {
                return intent;
            }
        }
        return STATEMENT;
    }
}
