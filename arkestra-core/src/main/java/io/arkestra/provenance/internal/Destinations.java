package io.arkestra.provenance.internal;

import io.arkestra.common.Json;
import io.arkestra.policy.Action;
import io.arkestra.tool.Target;
import io.arkestra.tool.ToolSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the values of a call that decide where something goes. In this order: what the tool resolved ({@link Target}), what its schema says
 * ({@code "x-arkestra-target": "recipient"}, {@code "format": "email"}), the name of the parameter, the shape of the value. Links and account
 * numbers within longer texts count too: who follows a link in a message goes there.
 */
final class Destinations {
    private static final int DEEPEST = 12;
    private static final int LONGEST_NAME = 200;
    /** Longer values are texts, in which links are looked for; it also bounds what a pattern may cost. */
    private static final int LONGEST_SHAPE = 512;

    private static final Pattern EMAIL =
            Pattern.compile("[\\p{L}\\p{N}._%+'-]+@[\\p{L}\\p{N}-]+(?:\\.[\\p{L}\\p{N}-]+)+");
    private static final Pattern DOMAIN = Pattern.compile(
            "(?:[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]*[\\p{L}\\p{N}])?\\.)+\\p{L}{2,24}(?::\\d+)?(?:/\\S*)?");
    /** A name, quoted when it has a sign of its own in it, and the address that the mail goes to. */
    private static final Pattern MAILBOX =
            Pattern.compile("(?:\"[^\"\\\\]*\"|[^<>@,;:\"\\\\]*)\\s*<(" + EMAIL.pattern() + ")>");

    private static final Pattern PATH = Pattern.compile("(?:/|~/|\\.{1,2}/|[A-Za-z]:\\\\)\\S+");

    private static final Json NO_SCHEMA = Json.emptyObject();

    private Destinations() {}

    /**
     * What a call says about where it goes.
     *
     * @param destinations where it goes
     * @param subjects what it touches; looked at when it does not say where it goes
     * @param titles what it makes is called; looked at when it says neither
     */
    record Found(List<Destination> destinations, List<Destination> subjects, List<Destination> titles) {
        /** The values that decide: the destinations, else the subjects, else the titles. */
        List<Destination> governing() {
            return !destinations.isEmpty() ? destinations : !subjects.isEmpty() ? subjects : titles;
        }
    }

    static Found of(Action action) {
        Set<Destination> destinations = new LinkedHashSet<>();
        Set<Destination> subjects = new LinkedHashSet<>();
        Json schema = action.tool().map(ToolSpec::arguments).orElse(Json.emptyObject());
        walk("", action.arguments(), schema, destinations, subjects, 0);
        for (Target target : action.targets()) {
            kind(target.kind())
                    .filter(kind -> target.changes() || kind == Destination.Kind.URL)
                    .filter(kind -> isNews(kind, target, destinations))
                    .ifPresent(kind -> destinations.add(new Destination(kind, target.kind(), target.value())));
        }
        if (action.capabilities().contains("credential")) {
            destinations.addAll(subjects);
        }
        return new Found(List.copyOf(destinations), List.copyOf(subjects), titles(action.arguments()));
    }

    private static List<Destination> titles(Json arguments) {
        List<Destination> titles = new ArrayList<>();
        if (arguments.isObject()) {
            arguments.members().forEach((name, value) -> {
                boolean title = ParameterNames.isTitle(name) && value.isString();
                if (title && !value.asString().isBlank()) {
                    titles.add(new Destination(
                            Destination.Kind.TITLE, name, value.asString().strip()));
                }
            });
        }
        return List.copyOf(titles);
    }

    /** A target that is a value of the arguments in its resolved form says nothing new: the value is what can have been said. */
    private static boolean isNews(Destination.Kind kind, Target target, Set<Destination> destinations) {
        String value = target.value().toLowerCase(Locale.ROOT);
        return destinations.stream().filter(known -> known.kind() == kind).noneMatch(known -> {
            String text = known.text().toLowerCase(Locale.ROOT);
            return switch (kind) {
                case PATH -> value.equals(text) || value.endsWith("/" + text.replaceFirst("^\\./", ""));
                case URL -> text.contains(value);
                default -> text.equals(value);
            };
        });
    }

    private static Optional<Destination.Kind> kind(String word) {
        return switch (word) {
            case Target.RECIPIENT, "email", "iban", "account", "channel", "phone", "person" ->
                Optional.of(Destination.Kind.RECIPIENT);
            case Target.URL, Target.DOMAIN, "host" -> Optional.of(Destination.Kind.URL);
            case Target.PATH -> Optional.of(Destination.Kind.PATH);
            default -> Optional.empty();
        };
    }

    private static void walk(
            String name, Json value, Json schema, Set<Destination> destinations, Set<Destination> subjects, int depth) {
        if (depth > DEEPEST) {
            // Whatever hides down there may be an address: as a whole it is one that nobody named.
            destinations.add(new Destination(Destination.Kind.RECIPIENT, name, value.toString()));
            return;
        }
        switch (value.kind()) {
            case OBJECT ->
                value.members().forEach((key, member) -> {
                    key(key, schema, destinations);
                    walk(key, member, part(schema, "properties", key), destinations, subjects, depth + 1);
                });
            case ARRAY ->
                value.items().forEach(item -> walk(name, item, items(schema), destinations, subjects, depth + 1));
            case STRING -> string(name, value.asString(), schema, destinations, subjects);
            case NUMBER -> {
                if (ParameterNames.destination(name)
                        .filter(Destination.Kind.RECIPIENT::equals)
                        .isPresent()) {
                    destinations.add(new Destination(Destination.Kind.RECIPIENT, name, value.toString()));
                } else if (ParameterNames.isId(name)) {
                    subjects.add(new Destination(Destination.Kind.SUBJECT, name, value.toString()));
                }
            }
            default -> {
                // true, false and null lead nowhere
            }
        }
    }

    /** A key that the schema does not know is a value like any other. */
    private static void key(String key, Json schema, Set<Destination> destinations) {
        if (part(schema, "properties", key) == NO_SCHEMA && key.length() <= LONGEST_SHAPE) {
            shape(key, key)
                    .filter(kind -> kind != Destination.Kind.PATH)
                    .ifPresent(kind -> destinations.add(new Destination(kind, "key", key)));
        }
    }

    private static Json part(Json schema, String member, String key) {
        return schema.get(member)
                .filter(Json::isObject)
                .flatMap(all -> all.get(key))
                .orElse(NO_SCHEMA);
    }

    private static Json items(Json schema) {
        return schema.isObject() ? schema.get("items").orElse(Json.emptyObject()) : Json.emptyObject();
    }

    private static void string(
            String name, String text, Json schema, Set<Destination> destinations, Set<Destination> subjects) {
        String value = text.strip();
        if (value.isEmpty()) {
            return;
        }
        Optional<Destination.Kind> declared = declared(schema);
        Optional<Destination.Kind> kind = declared.isPresent() ? declared : byNameOrShape(name, value, schema);
        if (kind.isPresent()) {
            List<String> mailboxes = kind.get() == Destination.Kind.RECIPIENT ? mailboxes(value) : List.<String>of();
            (mailboxes.isEmpty() ? List.of(value) : mailboxes)
                    .forEach(one -> destinations.add(new Destination(kind.get(), name, one)));
            return;
        }
        if (declaredOther(schema)) {
            return;
        }
        MentionedPlaces.links(value)
                .forEach(link -> destinations.add(new Destination(Destination.Kind.URL, name, link)));
        MentionedPlaces.accounts(value)
                .forEach(account -> destinations.add(new Destination(Destination.Kind.RECIPIENT, name, account)));
        boolean identifies = !schema.isObject() || !schema.has("enum");
        if (identifies
                && !ParameterNames.isContent(name)
                && value.length() <= LONGEST_NAME
                && value.indexOf('\n') < 0) {
            subjects.add(new Destination(Destination.Kind.SUBJECT, name, value));
        }
    }

    private static Optional<Destination.Kind> declared(Json schema) {
        if (!schema.isObject()) {
            return Optional.empty();
        }
        Optional<Destination.Kind> named =
                schema.get("x-arkestra-target").filter(Json::isString).flatMap(word -> kind(word.asString()));
        return named.isPresent()
                ? named
                : switch (schema.get("format")
                        .filter(Json::isString)
                        .map(Json::asString)
                        .orElse("")) {
                    case "email", "idn-email" -> Optional.of(Destination.Kind.RECIPIENT);
                    case "uri", "iri", "uri-reference", "iri-reference", "hostname", "idn-hostname" ->
                        Optional.of(Destination.Kind.URL);
                    default -> Optional.empty();
                };
    }

    /** The tool says that it leads nowhere: {@code "x-arkestra-target": "none"}. */
    private static boolean declaredOther(Json schema) {
        return schema.isObject()
                && schema.get("x-arkestra-target")
                        .filter(Json::isString)
                        .map(Json::asString)
                        .filter("none"::equals)
                        .isPresent();
    }

    private static Optional<Destination.Kind> byNameOrShape(String name, String value, Json schema) {
        if (declaredOther(schema) || schema.isObject() && schema.has("enum")) {
            return Optional.empty();
        }
        Optional<Destination.Kind> named = ParameterNames.destination(name);
        if (named.isPresent() && !(ParameterNames.isContent(name) && value.indexOf(' ') >= 0)) {
            return named;
        }
        return value.length() <= LONGEST_SHAPE ? shape(name, value) : Optional.empty();
    }

    private static Optional<Destination.Kind> shape(String name, String value) {
        if (EMAIL.matcher(value).matches()
                || MentionedPlaces.IBAN.matcher(value).matches()) {
            return Optional.of(Destination.Kind.RECIPIENT);
        }
        if (MentionedPlaces.LINK.matcher(value).matches()
                || !ParameterNames.isContent(name) && DOMAIN.matcher(value).matches()) {
            return Optional.of(Destination.Kind.URL);
        }
        return PATH.matcher(value).matches() ? Optional.of(Destination.Kind.PATH) : Optional.empty();
    }

    /** The addresses of a list of mailboxes; empty when anything in it is none, or can be read in two ways. */
    private static List<String> mailboxes(String value) {
        if (value.length() > LONGEST_SHAPE || value.indexOf('@') < 0) {
            return List.of();
        }
        List<String> addresses = new ArrayList<>();
        for (String part : value.split("[,;]", -1)) {
            String mailbox = part.strip().replaceFirst("^(?i:mailto):", "");
            Matcher named = MAILBOX.matcher(mailbox);
            if (EMAIL.matcher(mailbox).matches()) {
                addresses.add(mailbox);
            } else if (named.matches()) {
                addresses.add(named.group(1));
            } else {
                return List.of();
            }
        }
        return addresses;
    }
}
