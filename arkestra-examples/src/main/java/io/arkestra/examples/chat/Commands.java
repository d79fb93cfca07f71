package io.arkestra.examples.chat;

import io.arkestra.Arkestra;
import io.arkestra.Explanation;
import io.arkestra.Feedback;
import io.arkestra.common.ArkestraException;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.TurnId;
import java.util.Locale;
import java.util.Optional;
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
            /why          why the last answer is as it is; /why json for programs
            /neuro        the assistant's mood as bars, and what it changes; /neuro reset
            /learned      what your feedback taught about answers; /learned reset
            /onboard      a few questions, so that answers suit you; /onboard ru in Russian, /onboard again for all of them
            /profile      how you want to be spoken to; /profile clear tone (or title, language, goals, boundaries)
            /alias [NAME] your names; /alias formal NAME, informal NAME, on:CHANNEL NAME, primary NAME, remove NAME
            /adapt TEXT   for whom or how to put the next answer: /adapt for a five-year-old
            /memory QUERY what is remembered about something
            /sleep        do the nightly work now; /sleep details lists all that it did
            /forget ID    forget a memory or message; its id is what /memory shows
            /forget me    forget everything about you; asks for your user name first
            /export FILE  write everything about you into a new ZIP file
            /import FILE  take in what /export wrote; what is there stays
            /datasets     whether your conversations may train models; /datasets on, /datasets off
            /graph [FILE] who and what your memories are about; as a picture in FILE.svg or FILE.dot
            /model        which models are used; /model senior MODEL or /model junior MODEL uses another one
            /approvals    calls that wait for you; /approve ID, /approve ID always, /deny ID NOTE answer them
            /grants       approvals that are remembered; /revoke ID forgets one
            /calls        calls with effects; /undo takes the latest back, /undo ID another one
            /dryrun TEXT  answers TEXT without changing anything, and shows what would be changed
            /audit        who did what; /audit verify checks that nobody changed it
            /tools        the tools; /tools add FILE, edit FILE, disable NAME, enable NAME, remove NAME, show NAME
            /describe     what is wired, and where the data is
            /help         this list
            /quit         end the chat (so do end of input, Ctrl-D and Ctrl-C at the prompt)
            Ctrl-C stops an answer. A line that starts with a blank is never a command.""";
    private static final String NAMES =
            "/help, /up, /down, /fb, /ok, /sleep, /why, /memory, /forget, /export, /import, /datasets, /graph, /neuro, /learned, /model, /onboard, /profile, /alias, /adapt, /approvals, /approve, /deny, /grants, /revoke, /calls, /undo, /dryrun, /audit, /tools, /describe, /quit";

    private final Arkestra arkestra;
    private final Scope scope;
    private final PersonCommands person;
    private final GraphCommand graph;
    private final MemoryCommand memory;
    private final SleepCommand sleep;
    private final MoodCommands mood;
    private final ModelCommand model;
    private final ProfileCommands profile;
    private final ApprovalCommands approvals;
    private final ToolsCommand tools;
    private @Nullable TurnId last;

    /** @param progress hears how far a command that takes a while has got */
    Commands(Arkestra arkestra, Scope scope, Consumer<String> progress) {
        this.arkestra = arkestra;
        this.scope = scope;
        this.person = new PersonCommands(arkestra, scope);
        this.graph = new GraphCommand(arkestra, scope);
        this.memory = new MemoryCommand(arkestra, scope);
        this.mood = new MoodCommands(arkestra, scope);
        this.model = new ModelCommand(arkestra);
        this.profile = new ProfileCommands(arkestra, scope);
        this.approvals = new ApprovalCommands(arkestra, scope);
        this.tools = new ToolsCommand(arkestra);
        this.sleep = new SleepCommand(arkestra, scope, progress);
    }

    /** Tells which turn feedback and questions are about. */
    void last(TurnId turn) {
        last = turn;
    }

    /** Whether the next line, whatever it looks like, answers a question that a command asked. */
    boolean isAsking() {
        return person.isAsking();
    }

    /** For whom or how the next message is to be answered, when a command said so; only once. */
    Optional<String> takeAdaptation() {
        return profile.takeAdaptation();
    }

    /** Does what the line asks for. */
    CommandReply run(String line) {
        if (isAsking()) {
            try {
                return person.answer(line);
            } catch (ArkestraException e) {
                return CommandReply.failed("/forget", e.code(), String.valueOf(e.getMessage()));
            }
        }
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
                            : memory.run(command, argument);
                case "/onboard" -> profile.onboard(command, argument);
                case "/profile" -> profile.profile(command, argument);
                case "/alias" -> profile.alias(command, argument);
                case "/adapt" -> profile.adapt(command, argument);
                case "/approve" -> approvals.approve(command, argument);
                case "/deny" -> approvals.deny(command, argument);
                case "/revoke" -> approvals.revoke(command, argument);
                case "/undo" -> approvals.undo(command, argument);
                case "/audit" -> approvals.audit(command, argument);
                case "/neuro" -> mood.neuro(command, argument);
                case "/learned" -> mood.learned(command, argument);
                case "/sleep" -> sleep.run(command, argument);
                case "/why" ->
                    argument.isEmpty() || argument.equals("json")
                            ? why(command, !argument.isEmpty())
                            : CommandReply.failed(
                                    command, "command.superfluous", "/why stands alone, or with json: /why json");
                case "/forget" -> person.forget(command, argument);
                case "/export" -> person.export(command, argument);
                case "/tools" -> tools.run(command, argument);
                case "/model" -> model.run(command, argument);
                case "/graph" -> graph.run(command, argument);
                case "/import" -> person.importFrom(command, argument);
                case "/datasets" -> person.dataSets(command, argument);
                case "/up", "/down", "/ok", "/approvals", "/grants", "/calls", "/describe", "/help", QUIT ->
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
            case "/approvals" -> approvals.approvals(command);
            case "/grants" -> approvals.grants(command);
            case "/calls" -> approvals.calls(command);
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

    private CommandReply why(String command, boolean json) {
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
        Json fields = Json.object()
                .put("turn", explanation.turn().value())
                .put("outcome", explanation.outcome())
                .put("steps", steps)
                .build();
        return new CommandReply(command, json ? fields.pretty() : explanation.toString(), fields);
    }
}
