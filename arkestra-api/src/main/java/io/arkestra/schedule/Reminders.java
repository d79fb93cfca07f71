package io.arkestra.schedule;

import io.arkestra.common.Scope;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;

/** The reminders of all users, each seen only by its own. Thread-safe. */
public interface Reminders {
    /**
     * Sets a reminder for one moment.
     *
     * @throws io.arkestra.common.InvalidInputException when the moment is past or the text is empty
     */
    Reminder at(Scope scope, String text, ZonedDateTime when);

    /**
     * Sets a recurring reminder.
     *
     * @param rule an RFC 5545 RRULE value, for example {@code FREQ=WEEKLY;BYDAY=FR}
     * @param start wall-clock time of the first one
     * @throws io.arkestra.common.InvalidInputException when the rule is wrong or never fires
     */
    Reminder recurring(Scope scope, String text, String rule, LocalDateTime start, ZoneId zone);

    /** Active reminders, the next first. */
    List<Reminder> active(Scope scope);

    /** Cancels a reminder. Returns false when there is no active one with this id. */
    boolean cancel(Scope scope, String id);
}
