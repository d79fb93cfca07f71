package io.arkestra.task.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.FieldType;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Something to be done, as it is kept: an open or done title with a day or moment when it is due, notes, links to pages and other tasks,
 * documents and reminders, each of these by id. Reads what is stored and never changes it.
 *
 * @param id unique for the user
 * @param version of the stored record
 * @param body what is kept
 */
public record TaskRecord(String id, long version, Json body) {
    static final String TITLE = "title";
    static final String STATE = "state";
    static final String DUE = "due";
    /** Untrusted sources that words of it come from. */
    public static final String TAINT = "taint";
    /** States. */
    public static final String OPEN = "open";

    public static final String DONE = "done";
    /** The longest title. */
    public static final int MAX_TITLE = 500;
    /** The longest notes. */
    public static final int MAX_NOTES = 16_000;
    /** The most links, tasks or documents that one task points to. */
    public static final int MAX_LINKS = 50;

    private static final Set<String> WEB = Set.of("http", "https", "mailto");

    static final CollectionSpec COLLECTION = CollectionSpec.builder("tasks")
            .field(STATE, FieldType.STRING)
            .field(DUE, FieldType.INSTANT)
            .orderedIndex(STATE, DUE)
            .check(doc -> check(doc.body()))
            .build();

    static TaskRecord of(Doc doc) {
        return new TaskRecord(doc.id(), doc.version(), doc.body());
    }

    /**
     * Reads a body as everybody will.
     *
     * @throws InvalidInputException when it is none of a task, with what is wrong
     */
    static Json check(Json body) {
        String title = body.text(TITLE);
        if (title.isBlank() || title.length() > MAX_TITLE) {
            throw new InvalidInputException(
                    "The title of a task has " + title.strip().length() + " characters; expected 1 to " + MAX_TITLE);
        }
        String state = body.text(STATE);
        if (!state.equals(OPEN) && !state.equals(DONE)) {
            throw new InvalidInputException("The state of a task is '" + state + "'; expected open or done");
        }
        if (body.string("notes").orElse("").length() > MAX_NOTES) {
            throw new InvalidInputException("The notes of a task are longer than " + MAX_NOTES + " characters");
        }
        if (body.instant(DUE).isPresent()) {
            ZoneId.of(body.text("zone"));
        }
        for (String list : List.of("links", "tasks", "documents", "reminders")) {
            List<Json> items = body.list(list);
            if (items.size() > MAX_LINKS) {
                throw new InvalidInputException(
                        "A task has " + items.size() + " " + list + "; expected at most " + MAX_LINKS);
            }
            items.forEach(item -> item.asString());
        }
        body.list(TAINT).forEach(taint -> Taint.parse(taint.asString()));
        body.list("links").forEach(link -> link(link.asString()));
        return body;
    }

    /** @throws InvalidInputException for what cannot be followed */
    public static void link(String text) {
        try {
            URI uri = new URI(text);
            if (uri.getScheme() != null && WEB.contains(uri.getScheme().toLowerCase(java.util.Locale.ROOT))) {
                return;
            }
        } catch (URISyntaxException e) {
            // told below
        }
        throw new InvalidInputException(
                "'" + text + "' is no link; expected an address such as https://example.org/page");
    }

    public String title() {
        return body.text(TITLE);
    }

    public boolean isOpen() {
        return body.text(STATE).equals(OPEN);
    }

    /** When it is due; of a task that is due some day, the beginning of that day. */
    public Optional<Instant> due() {
        return body.instant(DUE);
    }

    /** Whether it is due some time on a day rather than at a moment. */
    public boolean isAllDay() {
        return body.bool("all_day").orElse(false);
    }

    /** The zone that the due day or moment was said in. */
    public Optional<ZoneId> zone() {
        return body.string("zone").map(ZoneId::of);
    }

    public List<String> texts(String list) {
        return texts(body, list);
    }

    static List<String> texts(Json body, String list) {
        return body.list(list).stream().map(Json::asString).toList();
    }

    /** Untrusted sources that words of it come from. */
    public List<Taint> taints() {
        return texts(TAINT).stream().map(Taint::parse).toList();
    }

    /** For results of tools. */
    public Json toJson() {
        return body.without(TAINT).with("id", Json.of(id));
    }
}
