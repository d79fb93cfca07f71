package io.arkestra.provenance.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What the name of a parameter says about its values, for tools whose schema does not say it. */
final class ParameterNames {
    private static final Set<String> RECIPIENTS = Set.of(
            "recipient",
            "recipients",
            "to",
            "cc",
            "bcc",
            "addressee",
            "email",
            "emails",
            "mail",
            "phone",
            "telephone",
            "mobile",
            "iban",
            "account",
            "payee",
            "beneficiary",
            "receiver",
            "channel",
            "channels",
            "room",
            "group",
            "user",
            "users",
            "username",
            "usernames",
            "participant",
            "participants",
            "attendee",
            "attendees",
            "member",
            "members",
            "invitee",
            "invitees",
            "guest",
            "guests",
            "contact",
            "contacts",
            "assignee",
            "reviewer",
            "reviewers",
            "owner",
            "handle",
            "wallet",
            "peer",
            "chat",
            "person",
            "people",
            "address",
            "addresses");
    private static final Set<String> URLS = Set.of(
            "url",
            "urls",
            "uri",
            "link",
            "href",
            "endpoint",
            "webhook",
            "host",
            "hostname",
            "domain",
            "server",
            "site",
            "website",
            "remote",
            "origin",
            "callback");
    private static final Set<String> PATHS =
            Set.of("path", "paths", "file", "files", "filename", "filenames", "folder", "directory", "dir", "bucket");
    /** Whoever is named by an id gets what is sent there all the same. */
    private static final Set<String> RECIPIENT_IDS = Set.of(
            "recipient",
            "recipients",
            "to",
            "addressee",
            "payee",
            "beneficiary",
            "receiver",
            "account",
            "wallet",
            "chat",
            "channel",
            "room",
            "group",
            "user",
            "peer",
            "person",
            "contact",
            "member",
            "participant",
            "attendee");
    /** What is in a message is not where it goes; when something is, is not what it is. */
    private static final Set<String> CONTENT = Set.of(
            "body",
            "text",
            "content",
            "contents",
            "message",
            "subject",
            "title",
            "description",
            "summary",
            "note",
            "notes",
            "comment",
            "reason",
            "caption",
            "details",
            "html",
            "markdown",
            "date",
            "time",
            "day",
            "start",
            "end",
            "from",
            "until",
            "since",
            "at",
            "when",
            "duration",
            "amount",
            "price",
            "currency",
            "quantity",
            "count",
            "limit",
            "size",
            "format",
            "language",
            "locale",
            "timezone",
            "priority",
            "recurring",
            "recurrence",
            "permission",
            "location",
            "query",
            "color");

    private ParameterNames() {}

    /** {@code newEventId} and {@code new_event_id} as {@code new, event, id}. */
    static List<String> words(String name) {
        List<String> words = new ArrayList<>();
        for (String word : name.replaceAll("(\\p{Ll}|\\d)(\\p{Lu})", "$1 $2").split("[^\\p{L}\\d]+")) {
            if (!word.isEmpty()) {
                words.add(word.toLowerCase(Locale.ROOT));
            }
        }
        return words;
    }

    /** Where a value under this name goes; empty when the name does not tell. An id is one when it names who gets something, and else it is none. */
    static Optional<Destination.Kind> destination(String name) {
        List<String> words = words(name);
        if (words.isEmpty()
                || words.get(words.size() - 1).equals("id")
                || words.get(words.size() - 1).equals("ids")) {
            return words.stream().anyMatch(RECIPIENT_IDS::contains)
                    ? Optional.of(Destination.Kind.RECIPIENT)
                    : Optional.empty();
        }
        if (words.stream().anyMatch(URLS::contains)) {
            return Optional.of(Destination.Kind.URL);
        }
        if (words.stream().anyMatch(RECIPIENTS::contains)) {
            return Optional.of(Destination.Kind.RECIPIENT);
        }
        return words.stream().anyMatch(PATHS::contains) ? Optional.of(Destination.Kind.PATH) : Optional.empty();
    }

    static boolean isContent(String name) {
        List<String> words = words(name);
        return !isId(name) && words.stream().anyMatch(CONTENT::contains);
    }

    /** Whether it names what is made: {@code title}, {@code event_title}. */
    static boolean isTitle(String name) {
        List<String> words = words(name);
        return !words.isEmpty() && words.get(words.size() - 1).equals("title");
    }

    static boolean isId(String name) {
        List<String> words = words(name);
        return !words.isEmpty() && Set.of("id", "ids", "number", "key", "uuid").contains(words.get(words.size() - 1));
    }
}
