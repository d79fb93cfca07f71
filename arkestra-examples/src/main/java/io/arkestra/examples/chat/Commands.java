package io.arkestra.examples.chat;

import io.arkestra.Arkestra;
import io.arkestra.Explanation;
import io.arkestra.Feedback;
import io.arkestra.SleepReport;
import io.arkestra.common.ArkestraException;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.Subscription;
import io.arkestra.common.TurnId;
import io.arkestra.event.ArkestraEvent;
import io.arkestra.event.Delivery;
import io.arkestra.event.Events;
import io.arkestra.event.Topic;
import io.arkestra.guard.GuardContext;
import io.arkestra.memory.Passage;
import io.arkestra.memory.Recall;
import io.arkestra.memory.RecallQuery;
import io.arkestra.memory.SleepOutcome;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The lines that start with a slash. Not thread-safe. */
final class Commands {
    static final String QUIT = "/quit";

    private static final String HELP = """
            /up           the last answer was good
            /down         the last answer was bad
            /fb TEXT      what you think of the last answer, in words
            /ok           settled: you got what you wanted
            /why          why the last answer is as it is
            /memory QUERY what is remembered about something
            /sleep        do the nightly work now
            /forget ID    forget a memory or message; its id is what /memory shows
            /forget me    forget everything about you; asks once more
            /export FILE  write everything about you into a new ZIP file
            /import FILE  take in what /export wrote; what is there stays
            /graph [FILE] who and what your memories are about; as a picture in FILE.svg or FILE.dot
            /describe     what is wired, and where the data is
            /help         this list
            /quit         end the chat (so do end of input, Ctrl-D and Ctrl-C at the prompt)
            Ctrl-C stops an answer. A line that starts with a blank is never a command.""";
    private static final String NAMES =
            "/help, /up, /down, /fb, /ok, /sleep, /why, /memory, /forget, /export, /import, /graph, /describe, /quit";
    private static final int MOST_ENTRIES = 20;
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm");

    private final Arkestra arkestra;
    private final Scope scope;
    private final PersonCommands person;
    private final GraphCommand graph;
    private final Consumer<String> progress;
    private @Nullable TurnId last;

    /** @param progress hears how far a command that takes a while has got */
    Commands(Arkestra arkestra, Scope scope, Consumer<String> progress) {
        this.arkestra = arkestra;
        this.scope = scope;
        this.person = new PersonCommands(arkestra, scope);
        this.graph = new GraphCommand(arkestra, scope);
        this.progress = progress;
    }

    /** Tells which turn feedback and questions are about. */
    void last(TurnId turn) {
        last = turn;
    }

    /** Does what the line asks for. */
    CommandReply run(String line) {
        String stripped = line.strip();
        int end = 0;
        while (end < stripped.length() && !Character.isWhitespace(stripped.charAt(end))) {
            end++;
        }
        String command = stripped.substring(0, end).toLowerCase(Locale.ROOT);
        String argument = stripped.substring(end).strip();
        try {
            return switch (command) {
                case "/fb" ->
                    argument.isEmpty()
                            ? CommandReply.failed(command, "command.incomplete", "/fb needs your words: /fb TEXT")
                            : feedback(command, Feedback.text(argument));
                case "/memory" ->
                    argument.isEmpty()
                            ? CommandReply.failed(
                                    command, "command.incomplete", "/memory needs words to look for: /memory QUERY")
                            : memory(command, argument);
                case "/forget" -> person.forget(command, argument);
                case "/export" -> person.export(command, argument);
                case "/graph" -> graph.run(command, argument);
                case "/import" -> person.importFrom(command, argument);
                case "/up", "/down", "/ok", "/why", "/sleep", "/describe", "/help", QUIT ->
                    argument.isEmpty()
                            ? plain(command)
                            : CommandReply.failed(
                                    command,
                                    "command.superfluous",
                                    command + " stands alone; for words about an answer use /fb TEXT");
                default -> unknown(command);
            };
        } catch (ArkestraException e) {
            return CommandReply.failed(command, e.code(), String.valueOf(e.getMessage()));
        }
    }

    private CommandReply plain(String command) {
        return switch (command) {
            case "/up" -> feedback(command, Feedback.up());
            case "/down" -> feedback(command, Feedback.down());
            case "/ok" -> feedback(command, Feedback.ok());
            case "/why" -> why(command);
            case "/sleep" -> sleep(command);
            case "/describe" -> CommandReply.done(command, arkestra.describe());
            case "/help" -> CommandReply.done(command, HELP);
            default -> CommandReply.done(command, "Bye.");
        };
    }

    private static CommandReply unknown(String command) {
        String name = Printable.line(command, 40);
        return CommandReply.failed(name, "command.unknown", "There is no command " + name + "; there are " + NAMES);
    }

    private CommandReply feedback(String command, Feedback feedback) {
        if (last == null) {
            return noTurnYet(command);
        }
        arkestra.session(scope.user()).feedback(last, feedback);
        return new CommandReply(
                command, "Noted.", Json.object().put("turn", last.value()).build());
    }

    private static CommandReply noTurnYet(String command) {
        return CommandReply.failed(
                command, "command.no-turn", command + " is about the last answer, and there is none yet");
    }

    private CommandReply why(String command) {
        if (last == null) {
            return noTurnYet(command);
        }
        Optional<Explanation> found = arkestra.explain(scope, last);
        if (found.isEmpty()) {
            return CommandReply.failed(command, "command.no-trace", "Nothing was recorded about turn " + last);
        }
        Explanation explanation = found.get();
        Json steps = Json.array(explanation.steps().stream()
                .map(step -> Json.object()
                        .put("stage", step.stage())
                        .put("summary", step.summary())
                        .put("detail", step.detail())
                        .put("micros", step.took().toNanos() / 1_000)
                        .build())
                .toList());
        return new CommandReply(
                command,
                explanation.toString(),
                Json.object()
                        .put("turn", explanation.turn().value())
                        .put("outcome", explanation.outcome())
                        .put("steps", steps)
                        .build());
    }

    private CommandReply memory(String command, String query) {
        Recall recall = arkestra.memory().recall(scope, RecallQuery.about(query));
        StringBuilder text = new StringBuilder();
        for (Passage hit : recall.passages()) {
            text.append(String.format(
                            Locale.ROOT,
                            "%s  %-7s %.3f  [%s] %s",
                            MINUTE.format(hit.at()
                                    .atZone(arkestra.profile(scope.user()).zone())),
                            kind(hit),
                            hit.score(),
                            hit.id(),
                            Printable.line(hit.speaker() + ": " + quote(hit), 120)))
                    .append('\n');
        }
        if (recall.passages().isEmpty()) {
            text.append("Nothing is remembered about that.\n");
        }
        recall.notes().forEach(note -> text.append(note).append('\n'));
        Json hits = Json.array(recall.passages().stream()
                .map(hit -> Json.object()
                        .put("id", hit.id())
                        .put("kind", kind(hit))
                        .put("time", hit.at())
                        .put("speaker", hit.speaker())
                        .put("score", hit.score())
                        .put("quote", quote(hit))
                        .build())
                .toList());
        return new CommandReply(
                command,
                text.toString().stripTrailing(),
                Json.object()
                        .put("hits", hits)
                        .put("notes", Json.strings(recall.notes()))
                        .build());
    }

    private String quote(Passage hit) {
        return arkestra.guard()
                .inspect(hit.text(), GuardContext.of(GuardContext.Direction.TO_USER))
                .text();
    }

    private static String kind(Passage hit) {
        return hit.kind().name().toLowerCase(Locale.ROOT);
    }

    private CommandReply sleep(String command) {
        SleepReport report;
        try (Subscription watching =
                arkestra.events().subscribe(Set.of(Topic.MEMORY), Delivery.sync(), this::progress)) {
            report = arkestra.sleep();
        }
        return new CommandReply(
                command,
                described(report),
                Json.object()
                        .put("expired", report.expired())
                        .put("bytesBefore", report.bytesBefore())
                        .put("bytesAfter", report.bytesAfter())
                        .put("tookMillis", report.took().toMillis())
                        .put("complete", report.memory().complete())
                        .put("counts", counts(report.memory()))
                        .put(
                                "entries",
                                Json.array(report.memory().entries().stream()
                                        .map(entry -> Json.object()
                                                .put("action", entry.action())
                                                .put("id", entry.id())
                                                .put("reason", entry.reason())
                                                .build())
                                        .toList()))
                        .build());
    }

    /** The report, and what was refused and why. */
    private static String described(SleepReport report) {
        StringBuilder text = new StringBuilder(report.toString());
        report.memory().entries().stream()
                .filter(entry -> !entry.action().equals("facts"))
                .limit(MOST_ENTRIES)
                .forEach(entry -> text.append("\n  ")
                        .append(entry.action())
                        .append(" [")
                        .append(entry.id())
                        .append("] ")
                        .append(entry.reason()));
        return text.toString();
    }

    private static Json counts(SleepOutcome outcome) {
        Json.ObjectBuilder counts = Json.object();
        outcome.counts().forEach(counts::put);
        return counts.build();
    }

    private void progress(ArkestraEvent event) {
        if (event instanceof Events.SleepProgressed step) {
            progress.accept("sleep " + step.done() + "/" + step.total() + " " + step.step()
                    + (step.changed() == 0 ? "" : ": " + step.changed() + " changed"));
        }
    }
}
