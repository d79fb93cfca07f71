package io.arkestra.examples.chat;

import io.arkestra.Alias;
import io.arkestra.Arkestra;
import io.arkestra.Onboarding;
import io.arkestra.Profile;
import io.arkestra.ProfileEdit;
import io.arkestra.common.ChannelId;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The commands about how the user wants to be spoken to. Not thread-safe. */
final class ProfileCommands {
    private static final Map<String, Consumer<ProfileEdit>> CLEARED = Map.of(
            "title", edit -> edit.title(""),
            "language", ProfileEdit::anyLanguage,
            "tone", ProfileEdit::clearTone,
            "goals", ProfileEdit::clearGoals,
            "boundaries", ProfileEdit::clearBoundaries);

    private final Arkestra arkestra;
    private final UserId user;
    private String adaptation = "";

    ProfileCommands(Arkestra arkestra, Scope scope) {
        this.arkestra = arkestra;
        this.user = scope.user();
    }

    /** Begins to ask, or goes on; the answers are ordinary lines. */
    CommandReply onboard(String command, String argument) {
        Onboarding onboarding = arkestra.people().onboarding(user);
        return switch (argument) {
            case "" -> asked(command, onboarding.begin(Locale.getDefault()));
            case "en", "ru" -> asked(command, onboarding.begin(Locale.forLanguageTag(argument)));
            case "again" ->
                asked(
                        command,
                        onboarding.restart(arkestra.profile(user).language().orElse(Locale.getDefault())));
            default ->
                CommandReply.failed(
                        command,
                        "command.superfluous",
                        "/onboard stands alone, or with en, ru, or again to be asked everything once more");
        };
    }

    private static CommandReply asked(String command, String text) {
        return new CommandReply(
                command, text, Json.object().put("question", text).build());
    }

    /** What the next message, and only that, is to be put for. */
    CommandReply adapt(String command, String argument) {
        if (argument.isEmpty()) {
            return CommandReply.failed(
                    command, "command.incomplete", "/adapt needs for whom or how: /adapt for a five-year-old");
        }
        adaptation = argument;
        return new CommandReply(
                command,
                "The next answer will be put so.",
                Json.object().put("adapt", argument).build());
    }

    /** What {@link #adapt} asked for, once. */
    Optional<String> takeAdaptation() {
        String taken = adaptation;
        adaptation = "";
        return taken.isEmpty() ? Optional.empty() : Optional.of(taken);
    }

    /** Shows what is known, or takes a part of it away. */
    CommandReply profile(String command, String argument) {
        if (!argument.isEmpty()) {
            Optional<String> cleared = cleared(argument);
            return cleared.isPresent()
                    ? CommandReply.done(command, "Cleared: " + cleared.get())
                    : CommandReply.failed(
                            command,
                            "command.superfluous",
                            "/profile stands alone, or with clear title, language, tone, goals or boundaries");
        }
        Profile profile = arkestra.profile(user);
        List<String> lines = new ArrayList<>();
        Json.ObjectBuilder fields = Json.object();
        List<String> aliases =
                arkestra.people().aliases(user).stream().map(Alias::toString).toList();
        tell(lines, fields, "names", aliases);
        tell(
                lines,
                fields,
                "address",
                profile.address().map(a -> a.name().toLowerCase(Locale.ROOT)).stream()
                        .toList());
        tell(lines, fields, "title", profile.title().stream().toList());
        tell(
                lines,
                fields,
                "language",
                profile.language().map(Locale::getLanguage).stream().toList());
        tell(lines, fields, "zone", List.of(profile.zone().getId()));
        tell(lines, fields, "tone", profile.tone());
        tell(lines, fields, "goals", profile.goals());
        tell(lines, fields, "boundaries", profile.boundaries());
        return new CommandReply(command, String.join("\n", lines), fields.build());
    }

    private static void tell(List<String> lines, Json.ObjectBuilder fields, String name, List<String> values) {
        fields.put(name, Json.strings(values));
        if (!values.isEmpty()) {
            lines.add(String.format("%-10s %s", name, Printable.line(String.join("; ", values), 500)));
        }
    }

    private Optional<String> cleared(String argument) {
        String[] words = argument.split("\\s+");
        Consumer<ProfileEdit> change = words.length == 2 && words[0].equals("clear") ? CLEARED.get(words[1]) : null;
        if (change == null) {
            return Optional.empty();
        }
        arkestra.people().edit(user, change);
        return Optional.of(words[1]);
    }

    /** Lists the names that the user goes by, or adds, moves or removes one. */
    CommandReply alias(String command, String argument) {
        if (argument.isEmpty()) {
            return names(command);
        }
        String[] words = argument.split("\\s+", 2);
        String name = words.length == 2 ? words[1] : "";
        boolean order =
                List.of("formal", "informal", "primary", "remove").contains(words[0]) || words[0].startsWith("on:");
        if (order && name.isEmpty()) {
            return CommandReply.failed(
                    command, "command.incomplete", "/alias " + Printable.line(words[0], 40) + " needs a name after it");
        }
        if (words[0].equals("remove")) {
            if (!arkestra.people().removeAlias(user, name)) {
                return CommandReply.failed(
                        command, "command.not-found", "You have no name " + Printable.line(name, 80));
            }
        } else if (words[0].equals("primary")) {
            arkestra.people().setPrimaryAlias(user, name);
        } else {
            arkestra.people().addAlias(user, order ? ordered(words[0], name) : Alias.of(argument));
        }
        return names(command);
    }

    private static Alias ordered(String order, String name) {
        return switch (order) {
            case "formal" -> Alias.of(name).formal();
            case "informal" -> Alias.of(name).informal();
            default -> Alias.of(name).on(ChannelId.of(order.substring("on:".length())));
        };
    }

    private CommandReply names(String command) {
        List<String> names =
                arkestra.people().aliases(user).stream().map(Alias::toString).toList();
        return new CommandReply(
                command,
                names.isEmpty() ? "You have told no name yet: /alias NAME" : String.join("\n", names),
                Json.object().put("names", Json.strings(names)).build());
    }
}
