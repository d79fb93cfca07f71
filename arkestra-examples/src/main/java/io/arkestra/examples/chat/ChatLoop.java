package io.arkestra.examples.chat;

import io.arkestra.Arkestra;
import io.arkestra.Outcome;
import io.arkestra.Session;
import io.arkestra.Turn;
import io.arkestra.TurnRequest;
import io.arkestra.common.ArkestraException;
import io.arkestra.common.ChannelId;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import java.io.IOException;
import java.time.Clock;
import java.util.function.Supplier;

/** Takes line after line, and gives an answer, a refusal or the result of a command for each. */
final class ChatLoop {
    static final ChannelId CHANNEL = ChannelId.of("console");

    private final ChatInput input;
    private final ChatOutput output;
    private final Supplier<Session> session;
    private final Commands commands;
    private final Remarks remarks;

    /** @param session the conversation that a message belongs to: another one after the last has ended */
    private ChatLoop(
            ChatInput input, ChatOutput output, Supplier<Session> session, Commands commands, Remarks remarks) {
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
    static void run(Arkestra arkestra, UserId user, Clock clock, ChatInput input, ChatOutput output)
            throws IOException {
        Session session = arkestra.session(user);
        Scope scope = Scope.of(user, session.id()).withChannel(CHANNEL);
        try (ReminderFeed reminders = new ReminderFeed(arkestra, scope, clock, output)) {
            Commands commands = new Commands(arkestra, scope, output::progress);
            new ChatLoop(input, output, () -> arkestra.session(user), commands, new Remarks(arkestra)).talk();
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
        if (line.startsWith("/") || commands.isAsking()) {
            CommandReply reply = commands.run(line);
            output.command(reply);
            return !(reply.command().equals(Commands.QUIT) && !reply.fields().has("error"));
        }
        try {
            TurnRequest request = session.get().turn(line).channel(CHANNEL).onText(output::piece);
            commands.takeAdaptation().ifPresent(request::adapt);
            Turn turn = request.start();
            commands.last(turn.id());
            Outcome outcome;
            try (ChatInput.Watch watch = input.onInterrupt(turn::cancel)) {
                outcome = turn.await();
            }
            output.turn(outcome);
        } catch (InvalidInputException e) {
            output.refused(e.code(), String.valueOf(e.getMessage()));
        } catch (ArkestraException e) {
            output.failed(e.code(), String.valueOf(e.getMessage()));
        }
        return true;
    }
}
