package io.arkestra.examples.chat;

import io.arkestra.Arkestra;
import io.arkestra.ExportReport;
import io.arkestra.ForgetReport;
import io.arkestra.ImportReport;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.memory.MemoryRecord;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The commands about what is kept of the user: forget it, take it along, bring it back. */
final class PersonCommands {
    private static final int SHOWN_SOURCES = 5;

    private final Arkestra arkestra;
    private final Scope scope;

    PersonCommands(Arkestra arkestra, Scope scope) {
        this.arkestra = arkestra;
        this.scope = scope;
    }

    /** {@code me} asks for confirmation, {@code me USERID} forgets everything, anything else is the id of a memory or message. */
    CommandReply forget(String command, String argument) {
        if (argument.isEmpty()) {
            return CommandReply.failed(
                    command,
                    "command.incomplete",
                    "/forget needs what to forget: /forget ID as /memory shows it, or /forget me for everything");
        }
        String[] words = argument.split("\\s+");
        if (words[0].equals("me")) {
            return forgetUser(command, words);
        }
        if (words.length > 1) {
            return CommandReply.failed(command, "command.superfluous", "/forget takes one id: /forget ID");
        }
        return forgetOne(command, words[0]);
    }

    private CommandReply forgetOne(String command, String id) {
        List<String> sources =
                arkestra.memory().find(scope, id).map(MemoryRecord::sources).orElse(List.of());
        if (!arkestra.memory().forget(scope, id) && !arkestra.memory().forgetMessage(scope, id)) {
            return CommandReply.failed(
                    command,
                    "command.not-found",
                    "There is no memory and no message of yours with the id " + Printable.line(id, 80));
        }
        return new CommandReply(
                command,
                "Forgotten." + stillKept(sources),
                Json.object().put("id", id).put("kept", Json.strings(sources)).build());
    }

    /** What a memory was taken from says the same as the memory did. */
    private static String stillKept(List<String> sources) {
        if (sources.isEmpty()) {
            return "";
        }
        String more = sources.size() > SHOWN_SOURCES ? " and " + (sources.size() - SHOWN_SOURCES) + " more" : "";
        return " What you said is still kept, in "
                + (sources.size() == 1 ? "the message" : "the messages")
                + " it was taken from. To forget that, too, type: "
                + sources.stream()
                        .limit(SHOWN_SOURCES)
                        .map(id -> "/forget " + id)
                        .collect(Collectors.joining(", "))
                + more;
    }

    private CommandReply forgetUser(String command, String[] words) {
        String user = scope.user().value();
        if (words.length == 1) {
            return new CommandReply(
                    command,
                    "This deletes everything that is kept of you, for good: conversations, memories, reminders, all of it."
                            + " To do it, type: /forget me " + user,
                    Json.object().put("confirm", "/forget me " + user).build());
        }
        if (words.length > 2 || !words[1].equals(user)) {
            return CommandReply.failed(
                    command, "command.not-confirmed", "Nothing was forgotten. To confirm, type: /forget me " + user);
        }
        ForgetReport report = arkestra.people().forget(scope.user());
        return new CommandReply(
                command,
                report.toString(),
                Json.object()
                        .put("documents", report.documents())
                        .put("jobs", report.jobs())
                        .put("tookMillis", report.took().toMillis())
                        .build());
    }

    CommandReply export(String command, String argument) {
        Optional<Path> file = path(argument);
        if (file.isEmpty()) {
            return needsFile(command);
        }
        ExportReport report = arkestra.people().export(scope.user(), file.get());
        Json.ObjectBuilder documents = Json.object();
        report.documents().forEach(documents::put);
        return new CommandReply(
                command,
                report.toString(),
                Json.object()
                        .put("file", report.file().toString())
                        .put("documents", documents.build())
                        .put("leftOut", Json.strings(report.leftOut()))
                        .build());
    }

    CommandReply importFrom(String command, String argument) {
        Optional<Path> file = path(argument);
        if (file.isEmpty()) {
            return needsFile(command);
        }
        ImportReport report = arkestra.people().importFrom(scope.user(), file.get());
        return new CommandReply(
                command,
                report.toString(),
                Json.object()
                        .put("written", report.written())
                        .put("present", report.present())
                        .put("expired", report.expired())
                        .build());
    }

    private static CommandReply needsFile(String command) {
        return CommandReply.failed(
                command, "command.incomplete", command + " needs the name of a ZIP file: " + command + " FILE");
    }

    private static Optional<Path> path(String argument) {
        try {
            return argument.isEmpty() ? Optional.empty() : Optional.of(Path.of(argument));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
