package io.arkestra;

import io.arkestra.approval.internal.ConsoleQuestions;
import io.arkestra.policy.ApprovalHandler;
import io.arkestra.policy.ApprovalOutcome;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.time.ZoneId;
import java.util.concurrent.CompletableFuture;

/** Handlers for hosts that have none of their own. */
public final class Approvers {
    private Approvers() {}

    /** Says no to everything, and says so. */
    public static ApprovalHandler deny() {
        return request -> CompletableFuture.completedFuture(ApprovalOutcome.deny("nobody can be asked here"));
    }

    /**
     * Asks on the standard input and output: a person types {@code y}, {@code n}, {@code always} or {@code later}. For programs that read their
     * input nowhere else. A question that is not answered in time is parked, and {@link Arkestra#approvals()} lists it; what is typed then no
     * longer makes a difference to the turn that asked, and the call is made after all when it was a yes.
     */
    public static ApprovalHandler console() {
        return console(
                new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())),
                System.out,
                ZoneId.systemDefault());
    }

    /**
     * The same with another input and output, which stay open.
     *
     * @param zone in which times are told
     */
    public static ApprovalHandler console(BufferedReader in, PrintStream out, ZoneId zone) {
        return new ConsoleQuestions(in, out, zone);
    }

    /** Leaves every question to {@link Arkestra#approvals()}: the turn ends at once, and goes on after the answer. */
    public static ApprovalHandler parking() {
        return request -> CompletableFuture.completedFuture(new ApprovalOutcome.Later());
    }
}
