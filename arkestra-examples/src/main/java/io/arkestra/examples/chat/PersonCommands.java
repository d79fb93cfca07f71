package io.arkestra.examples.chat;

import io.arkestra.Arkestra;
import io.arkestra.ExportReport;
import io.arkestra.ForgetReport;
import io.arkestra.ImportReport;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.guard.GuardContext;
import io.arkestra.memory.DataSetConsent;
import io.arkestra.memory.Message;
import io.arkestra.store.Doc;
import io.arkestra.store.Owner;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The commands about what is kept of the user: forget it, take it along, bring it back. */
final class PersonCommands {
    private static final String FORGET = "/forget";
    private static final int MOST_SHOWN = 5;
    private static final int QUOTE = 100;

    private final Arkestra arkestra;
    private final Scope scope;
    private boolean asking;

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

    /** What a memory was taken from is a message, which is still quoted: whoever forgets the one must hear of the other. */
    private CommandReply forgetOne(String command, String id) {
        List<String> sources = arkestra.memory().find(scope, id).stream()
                .flatMap(memory -> memory.sources().stream())
                .toList();
        if (!arkestra.memory().forget(scope, id) && !arkestra.memory().forgetMessage(scope, id)) {
            return CommandReply.failed(
                    command,
                    "command.not-found",
                    "There is no memory and no message of yours with the id " + Printable.line(id, 80));
        }
        List<Doc> kept = arkestra.store()
                .inTransaction(tx -> sources.stream()
                        .flatMap(source -> tx.get(Message.COLLECTION.name(), Owner.of(scope.user()), source).stream())
                        .toList());
        return new CommandReply(
                command,
                "Forgotten." + described(kept),
                Json.object()
                        .put("id", id)
                        .put(
                                "keptMessages",
                                Json.strings(kept.stream().map(Doc::id).toList()))
                        .build());
    }

    private String described(List<Doc> kept) {
        if (kept.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder(
                kept.size() == 1
                        ? " The message that it was taken from is still kept, and may be quoted:"
                        : " The messages that it was taken from are still kept, and may be quoted:");
        kept.stream()
                .limit(MOST_SHOWN)
                .forEach(doc -> text.append("\n  [")
                        .append(doc.id())
                        .append("] ")
                        .append(Printable.line(shown(doc.body().string("text").orElse("")), QUOTE)));
        if (kept.size() > MOST_SHOWN) {
            text.append("\n  … and ").append(kept.size() - MOST_SHOWN).append(" more");
        }
        return text.append("\nTo forget ")
                .append(kept.size() == 1 ? "it" : "one of them")
                .append(" too: /forget ")
                .append(kept.get(0).id())
                .toString();
    }

    private String shown(String text) {
        return arkestra.guard().inspect(text, GuardContext.toOwner()).text();
    }

    private CommandReply forgetUser(String command, String[] words) {
        String user = scope.user().value();
        if (words.length == 1) {
            asking = true;
            return new CommandReply(
                    command,
                    "This deletes everything that is kept of you, for good: conversations, memories, reminders, all of it.\n"
                            + "Type your user name (" + user
                            + ") to forget everything about you, anything else keeps it.",
                    Json.object().put("confirm", "/forget me " + user).build());
        }
        return words.length == 2 && words[1].equals(user)
                ? forgetEverything(command)
                : CommandReply.failed(
                        command,
                        "command.not-confirmed",
                        "Nothing was forgotten. To confirm, type: /forget me " + user);
    }

    /** Whether the next line answers the question of {@code /forget me}, whatever it looks like. */
    boolean isAsking() {
        return asking;
    }

    /** Takes the answer: the user's name, by itself or in the command that needs no question. */
    CommandReply answer(String line) {
        asking = false;
        String said = line.strip();
        String user = scope.user().value();
        return said.equals(user) || said.equals("/forget me " + user)
                ? forgetEverything(FORGET)
                : CommandReply.failed(FORGET, "command.not-confirmed", "Nothing was forgotten.");
    }

    private CommandReply forgetEverything(String command) {
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

    /** {@code on} consents, {@code off} takes that back, nothing tells how it is. */
    CommandReply dataSets(String command, String argument) {
        DataSetConsent consent = arkestra.people().dataSetConsent();
        switch (argument) {
            case "on" -> consent.give(scope.user());
            case "off" -> consent.withdraw(scope.user());
            case "" -> {}
            default -> {
                return CommandReply.failed(
                        command, "command.superfluous", "/datasets stands alone, or with on or off: /datasets on");
            }
        }
        boolean given = consent.isGiven(scope.user());
        return new CommandReply(
                command,
                given
                        ? "Your conversations may train models: they go, masked, into the data sets that are written at night,"
                                + " if this host writes any. /datasets off takes them out."
                        : "Your conversations are in no data set. /datasets on lets models be trained with them, masked.",
                Json.object().put("consent", given).build());
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
