package io.arkestra.turn.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.TurnId;
import io.arkestra.memory.Citation;
import io.arkestra.memory.Message;
import io.arkestra.memory.Passage;
import io.arkestra.tool.internal.ToolRunner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a reply names as its sources. Of what was recalled, which nobody asked for by name, it is what the senior cites. What tools gave was
 * asked for: it is what the senior cites of it, and everything while it cites nothing of it. The log keeps what tools gave, so that a
 * turn that goes on after an approval, and a later one that cites an earlier result, can still name it.
 */
final class ReplySources {
    private static final String MEMBER = "sources";
    /** How much of the words the log keeps: they are in the result itself too. */
    private static final int QUOTE = 500;

    private ReplySources() {}

    /**
     * The sources.
     *
     * @param cited ids that the senior named
     * @param recalled what memory gave
     * @param given what the tools gave, in this turn and in the one that it goes on from
     * @param earlier what tools gave before in this conversation
     */
    static List<Passage> of(Set<String> cited, List<Passage> recalled, List<Passage> given, List<Passage> earlier) {
        Predicate<Passage> named = passage -> cited.contains(passage.id());
        Map<String, Passage> sources = new LinkedHashMap<>();
        recalled.stream().filter(named).forEach(passage -> sources.put(passage.id(), passage));
        boolean chosen = given.stream().anyMatch(named);
        given.stream()
                .filter(passage -> !chosen || named.test(passage))
                .forEach(passage -> sources.putIfAbsent(passage.id(), passage));
        earlier.stream().filter(named).forEach(passage -> sources.putIfAbsent(passage.id(), passage));
        return List.copyOf(sources.values());
    }

    /** What the calls gave, in order. */
    static List<Passage> given(List<ToolRunner.Done> tools) {
        return tools.stream().flatMap(done -> done.facts().sources().stream()).toList();
    }

    /** What the messages of a turn kept. */
    static List<Passage> of(TurnId turn, List<Message> log) {
        return kept(log.stream().filter(message -> message.turn().equals(turn)).toList());
    }

    /** What messages kept, in order. */
    static List<Passage> kept(List<Message> log) {
        List<Passage> all = new ArrayList<>();
        for (Message message : log) {
            List<Json> sources = message.detail().isObject()
                    ? message.detail()
                            .get(MEMBER)
                            .filter(Json::isArray)
                            .map(Json::items)
                            .orElse(List.of())
                    : List.of();
            sources.forEach(source -> read(source).ifPresent(all::add));
        }
        return all;
    }

    /** The detail of a message, with what has to be kept for later turns. */
    static Json with(Json detail, List<Passage> sources) {
        return sources.isEmpty()
                ? detail
                : detail.with(
                        MEMBER,
                        Json.array(sources.stream().map(ReplySources::json).toList()));
    }

    private static Json json(Passage passage) {
        String text = passage.text();
        int end = Math.min(QUOTE, text.length());
        boolean half = end < text.length() && Character.isHighSurrogate(text.charAt(end - 1));
        Json.ObjectBuilder json = Json.object()
                .put("id", passage.id())
                .put("kind", passage.kind().name().toLowerCase(Locale.ROOT))
                .put("text", text.substring(0, half ? end - 1 : end) + (end < text.length() ? " …" : ""))
                .put("at", passage.at())
                .put("speaker", passage.speaker());
        passage.citation()
                .ifPresent(citation -> json.put(
                        "citation",
                        Json.object()
                                .put("document", citation.document())
                                .put("title", citation.title())
                                .put("start", citation.start())
                                .put("end", citation.end())
                                .put("heading", citation.heading())
                                .put("page", citation.page())
                                .put("lastPage", citation.lastPage())
                                .put("line", citation.line())
                                .put("lastLine", citation.lastLine())
                                .build()));
        return json.build();
    }

    /** A damaged entry must not take the answer with it. */
    private static Optional<Passage> read(Json json) {
        try {
            Instant at = json.instant("at").orElseThrow(() -> new InvalidInputException("a source without a time"));
            Passage.Kind kind = Passage.Kind.valueOf(json.text("kind").toUpperCase(Locale.ROOT));
            Passage.Builder passage = Passage.builder(json.text("id"), kind, json.text("text"), at)
                    .speaker(json.string("speaker").orElse(""));
            json.get("citation").map(ReplySources::citation).ifPresent(passage::citation);
            return Optional.of(passage.build());
        } catch (InvalidInputException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Citation citation(Json json) {
        return new Citation(
                json.text("document"),
                json.text("title"),
                number(json, "start"),
                number(json, "end"),
                json.string("heading").orElse(""),
                number(json, "page"),
                number(json, "lastPage"),
                number(json, "line"),
                number(json, "lastLine"));
    }

    private static int number(Json json, String key) {
        return json.integer(key).orElse(0L).intValue();
    }
}
