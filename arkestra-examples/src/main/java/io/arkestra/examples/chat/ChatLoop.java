package io.arkestra.examples.chat;

import io.arkestra.Arkestra;
import io.arkestra.Outcome;
import io.arkestra.Session;
import io.arkestra.Turn;
import io.arkestra.TurnRequest;
import io.arkestra.common.ArkestraException;
import io.arkestra.common.ChannelId;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.Subscription;
import io.arkestra.common.UserId;
import io.arkestra.event.Delivery;
import io.arkestra.event.Topic;
import io.arkestra.policy.ApprovalOutcome;
import io.arkestra.policy.ApprovalRequest;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Takes line after line, and gives an answer, a refusal or the result of a command for each. */
final class ChatLoop {
    static final ChannelId CHANNEL = ChannelId.of("console");

    private static final String DRY_RUN = "/dryrun";
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final int MOST_TRIES = 3;

    private final ChatInput input;
    private final ChatOutput output;
    private final Supplier<Session> session;
    private final Commands commands;
    private final Remarks remarks;
    private final ConsoleApprover approver;

    /** @param session the conversation that a message belongs to: another one after the last has ended */
    private ChatLoop(
            ChatInput input,
            ChatOutput output,
            Supplier<Session> session,
            Commands commands,
            Remarks remarks,
            ConsoleApprover approver) {
        this.approver = approver;
        this.input = input;
        this.output = output;
        this.session = session;
        this.commands = commands;
        this.remarks = remarks;
    }

    /**
     * Talks until the end of input.
     *
     * @throws IOException when input cannot be read or nobody reads the output
     */
    static void run(
            Arkestra arkestra, UserId user, Clock clock, ChatInput input, ChatOutput output, ConsoleApprover approver)
            throws IOException {
        Session session = arkestra.session(user);
        Scope scope = Scope.of(user, session.id()).withChannel(CHANNEL);
        try (ReminderFeed reminders = new ReminderFeed(arkestra, scope, clock, output);
                Subscription working = arkestra.events()
                        .subscribe(
                                Set.of(Topic.TOOL), Delivery.sync(), new ToolProgress(scope, clock, output::working))) {
            Commands commands = new Commands(arkestra, scope, output::progress);
            new ChatLoop(input, output, () -> arkestra.session(user), commands, new Remarks(arkestra), approver).talk();
            reminders.finish();
        }
    }

    private void talk() throws IOException {
        remarks.ofOpening().forEach(output::remark);
        boolean more = true;
        while (more) {
            ChatInput.Line line = input.next();
            if (line instanceof ChatInput.Text text) {
                more = take(text.text());
            } else if (line instanceof ChatInput.Unreadable unreadable) {
                output.refused("input.unreadable", unreadable.message());
            } else {
                more = false;
            }
            remarks.later().forEach(output::remark);
            if (output.broken()) {
                throw new IOException("nobody reads the output any more");
            }
        }
    }

    private boolean take(String line) {
        boolean rehearsal = !commands.isAsking() && line.strip().startsWith(DRY_RUN + " ");
        if (!rehearsal && (line.startsWith("/") || commands.isAsking())) {
            CommandReply reply = commands.run(line);
            output.command(reply);
            return !(reply.command().equals(Commands.QUIT) && !reply.fields().has("error"));
        }
        try {
            String message =
                    rehearsal ? line.strip().substring(DRY_RUN.length()).strip() : line;
            TurnRequest request = session.get().turn(message).channel(CHANNEL).onText(output::piece);
            if (rehearsal) {
                request.dryRun();
            }
            commands.takeAdaptation().ifPresent(request::adapt);
            approver.listen();
            Turn turn = request.start();
            commands.last(turn.id());
            output.turn(outcome(turn));
        } catch (InvalidInputException e) {
            output.refused(e.code(), String.valueOf(e.getMessage()));
        } catch (ArkestraException e) {
            output.failed(e.code(), String.valueOf(e.getMessage()));
        } finally {
            approver.leave();
        }
        return true;
    }

    /** Waits for the end of a turn, and puts the questions that come up on the way. */
    private Outcome outcome(Turn turn) {
        while (true) {
            Optional<ConsoleApprover.Asked> asked;
            try (ChatInput.Watch watch = input.onInterrupt(turn::cancel)) {
                Optional<Outcome> outcome = Optional.empty();
                asked = Optional.empty();
                while (outcome.isEmpty() && asked.isEmpty()) {
                    outcome = turn.await(LOOK);
                    asked = outcome.isPresent() ? asked : approver.next(0);
                }
                if (outcome.isPresent()) {
                    return outcome.get();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return turn.await();
            }
            // Outside the watch, which reads the keys that the answer is typed with.
            asked.ifPresent(this::put);
        }
    }

    private void put(ConsoleApprover.Asked asked) {
        ApprovalRequest request = asked.request();
        output.approval(request);
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            ChatInput.Line line;
            try {
                line = input.next();
            } catch (IOException e) {
                line = new ChatInput.End();
            }
            Optional<ApprovalOutcome> outcome = line instanceof ChatInput.Text text
                    ? answer(request, text.text().strip())
                    : Optional.of(new ApprovalOutcome.Later());
            if (outcome.isPresent()) {
                asked.answer().complete(outcome.get());
                return;
            }
            output.remark("That is no answer: y, n, " + (request.remember().isPresent() ? "always, " : "")
                    + "later, or edit and all arguments as JSON");
        }
        asked.answer().complete(new ApprovalOutcome.Later());
    }

    /** Empty when it is none; only a clear yes is one. */
    private static Optional<ApprovalOutcome> answer(ApprovalRequest request, String said) {
        String word = said.toLowerCase(Locale.ROOT);
        if (word.startsWith("edit")) {
            try {
                return Optional.of(ApprovalOutcome.edit(
                        request, Json.parse(said.substring("edit".length()).strip())));
            } catch (ArkestraException e) {
                return Optional.empty();
            }
        }
        return switch (word) {
            case "y", "yes", "д", "да" -> Optional.of(ApprovalOutcome.approve(request));
            case "always", "всегда" ->
                // Not offered, and so no answer: whoever says it means more than can be had.
                request.remember().map(remember -> ApprovalOutcome.approveAndRemember(request));
            case "n", "no", "н", "нет" -> Optional.of(ApprovalOutcome.deny(""));
            case "later", "потом" -> Optional.of(new ApprovalOutcome.Later());
            default -> Optional.empty();
        };
    }
}
