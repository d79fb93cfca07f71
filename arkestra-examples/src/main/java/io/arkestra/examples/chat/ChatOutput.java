package io.arkestra.examples.chat;

import io.arkestra.Outcome;
import io.arkestra.policy.ApprovalRequest;
import io.arkestra.schedule.DueReminder;

/** Where answers go. Thread-safe: reminders come from a thread of the engine. */
interface ChatOutput {
    /** Ids of deliveries that are what the assistant says after an approval begin with this. */
    String CONTINUED = "approval/";

    /** Greets. */
    void banner(String text);

    /** A piece of the answer, as it comes. */
    void piece(String text);

    /** A turn is over. */
    void turn(Outcome outcome);

    /** A message was not taken in: there was no turn. */
    void refused(String code, String message);

    /** A turn could not be run. */
    void failed(String code, String message);

    /** A call waits for the person at this console. */
    void approval(ApprovalRequest request);

    void command(CommandReply reply);

    /** How far a command that takes a while has got. */
    void progress(String text);

    /** How far a call has got that is being made; at a terminal on one line, each time in the place of the last. */
    void working(String text);

    /** Something that does not work as well as it should; between two answers. */
    void remark(String text);

    /** Shows a reminder, between two answers. Returns whether it was written out. */
    boolean reminder(DueReminder due);

    /** Whether nobody reads any more. */
    boolean broken();
}
