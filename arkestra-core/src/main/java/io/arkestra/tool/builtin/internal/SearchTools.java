package io.arkestra.tool.builtin.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.memory.Memory;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.Passage;
import io.arkestra.memory.RecallQuery;
import io.arkestra.schedule.grammar.internal.DateGrammar;
import io.arkestra.schedule.grammar.internal.DateRange;
import io.arkestra.text.internal.Phrasebook;
import io.arkestra.text.internal.SameWords;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code memory.search} and {@code messages.search_by_date}: for models that want to look something up themselves. */
final class SearchTools {
    private static final int MOST_MESSAGES = 10_000;
    private static final String FOUND = """
            {"type":"object","required":["ids"],"properties":{"ids":{"type":"array","items":{"type":"string"}}}}
            """;

    private final Memory memory;
    private final DateGrammar grammar = DateGrammar.standard();

    private SearchTools(Memory memory) {
        this.memory = memory;
    }

    static List<Tool> all(Memory memory) {
        SearchTools tools = new SearchTools(memory);
        return List.of(tools.search(), tools.byDate());
    }

    private Tool search() {
        ToolSpec spec = ToolSpec.builder("memory.search")
                .description("Searches what the user said and what was remembered; gives quotations with dates.")
                .arguments("""
                        {"type":"object","additionalProperties":false,"required":["query"],
                         "properties":{"query":{"type":"string","minLength":1,"maxLength":1000},
                           "limit":{"type":"integer","minimum":1,"maximum":50},
                           "kinds":{"type":"array","maxItems":5,"items":{"enum":["message","fact","note","summary","document"]}},
                           "tiers":{"type":"array","maxItems":3,"items":{"enum":["short","temp","long"]},
                             "description":"only memories that are meant to stay this long"}}}
                        """)
                .result(FOUND)
                .capability("memory.read")
                .examples("What did I say about my car?", "Что я говорил про машину?")
                .build();
        return OwnTool.of(spec, (call, prepared, context) -> found(call.arguments(), context))
                .aiming((call, context) -> List.of(Target.read(Target.RECORD, "memory")));
    }

    private ToolResult found(Json arguments, ToolContext context) {
        if (arguments.text("query").isBlank()) {
            throw new ToolException(
                    ToolException.Reason.INVALID_ARGUMENTS, "'query' is blank; name the words to search for");
        }
        int limit = arguments.integer("limit").orElse(10L).intValue();
        Set<String> tiers = texts(arguments, "tiers");
        EnumSet<Passage.Kind> kinds = EnumSet.noneOf(Passage.Kind.class);
        texts(arguments, "kinds").forEach(kind -> kinds.add(Passage.Kind.valueOf(kind.toUpperCase(Locale.ROOT))));
        if (!tiers.isEmpty() && kinds.isEmpty()) {
            kinds.addAll(EnumSet.of(Passage.Kind.FACT, Passage.Kind.NOTE, Passage.Kind.SUMMARY));
        }
        RecallQuery query =
                RecallQuery.about(arguments.text("query")).kinds(kinds).limit(tiers.isEmpty() ? limit : 1_000);
        query = context.turn().map(query::excluding).orElse(query);
        if (!tiers.isEmpty()) {
            query = query.tokenBudget(1_000_000); // what does not fit is left out afterwards
        }
        List<Passage> passages = memory.recall(context.scope(), query).passages().stream()
                .filter(passage -> tiers.isEmpty()
                        || record(passage, context)
                                .filter(record ->
                                        tiers.contains(record.tier().name().toLowerCase(Locale.ROOT)))
                                .isPresent())
                .limit(limit)
                .toList();
        Phrasebook say = Words.say(context);
        Json data = Json.object()
                .put("ids", Json.strings(passages.stream().map(Passage::id).toList()))
                .put(
                        "passages",
                        Json.array(passages.stream().map(SearchTools::described).toList()))
                .build();
        ToolResult result = ToolResult.of(
                passages.isEmpty()
                        ? say.say("nothing")
                        : passages.stream()
                                .map(passage -> say.say(
                                        "history.line",
                                        say.moment(passage.at(), context.zone()),
                                        passage.speaker(),
                                        passage.text()))
                                .collect(Collectors.joining("\n")),
                data);
        return result.citing(passages)
                .tainted(passages.stream()
                        .flatMap(passage -> passage.taints().stream())
                        .toArray(Taint[]::new));
    }

    private Optional<MemoryRecord> record(Passage passage, ToolContext context) {
        return passage.kind() == Passage.Kind.MESSAGE || passage.kind() == Passage.Kind.DOCUMENT
                ? Optional.empty()
                : memory.find(context.scope(), passage.id());
    }

    private static Set<String> texts(Json arguments, String key) {
        return arguments.list(key).stream().map(Json::asString).collect(Collectors.toSet());
    }

    private static Json described(Passage passage) {
        return Json.object()
                .put("id", passage.id())
                .put("kind", passage.kind().name().toLowerCase(Locale.ROOT))
                .put("text", passage.text())
                .put("at", passage.at())
                .build();
    }

    private Tool byDate() {
        ToolSpec spec = ToolSpec.builder("messages.search_by_date")
                .description(
                        "Gives what was said on a day or in a span of days, in order; about a topic or by a speaker if given.")
                .arguments("""
                        {"type":"object","additionalProperties":false,"anyOf":[{"required":["when"]},{"required":["from"]}],
                         "properties":{"when":{"type":"string","minLength":1,"maxLength":200,
                             "description":"in words, for example 'yesterday', '5 May', 'на прошлой неделе'"},
                           "from":{"type":"string","minLength":1,"maxLength":200,"description":"first day, in words or as 2026-05-05; in the place of 'when'"},
                           "to":{"type":"string","minLength":1,"maxLength":200,"description":"last day; today if missing"},
                           "topic":{"type":"string","minLength":1,"maxLength":200,"description":"words that must occur"},
                           "speaker":{"type":"string","minLength":1,"maxLength":100,"description":"user, assistant, or a name"},
                           "limit":{"type":"integer","minimum":1,"maximum":200}}}
                        """)
                .result(FOUND)
                .capability("memory.read")
                .examples("What did I say yesterday?", "Что я говорил 5 мая?")
                .build();
        return OwnTool.of(spec, (call, prepared, context) -> said(call.arguments(), context))
                .aiming((call, context) -> List.of(Target.read(Target.RECORD, "message")));
    }

    private ToolResult said(Json arguments, ToolContext context) {
        Instant from;
        Instant to;
        if (arguments.string("from").isPresent()) {
            if (arguments.string("when").isPresent()) {
                throw new ToolException(
                        ToolException.Reason.INVALID_ARGUMENTS, "Give either 'when' or 'from' with 'to', not both");
            }
            from = range(arguments.text("from"), context).from().toInstant();
            to = arguments
                    .string("to")
                    .map(words -> range(words, context).to().toInstant())
                    .orElse(context.clock().instant());
        } else {
            DateRange range = range(arguments.text("when"), context);
            from = range.from().toInstant();
            to = range.to().toInstant();
        }
        if (!from.isBefore(to)) {
            throw new ToolException(
                    ToolException.Reason.INVALID_ARGUMENTS, "'from' is not before 'to'; swap them or leave 'to' out");
        }
        int limit = arguments.integer("limit").orElse(50L).intValue();
        Optional<String> topic = arguments.string("topic");
        Optional<String> speaker = arguments.string("speaker");
        boolean choosy = topic.isPresent() || speaker.isPresent();
        List<Message> messages = memory.messages(context.scope(), from, to, choosy ? MOST_MESSAGES : limit).stream()
                .filter(message -> topic.isEmpty() || SameWords.allIn(topic.get(), message.text()))
                .filter(message -> speaker.isEmpty() || isBy(speaker.get(), message))
                .limit(limit)
                .toList();
        Phrasebook say = Words.say(context);
        Json data = Json.object()
                .put("ids", Json.strings(messages.stream().map(Message::id).toList()))
                .build();
        return ToolResult.of(
                        messages.isEmpty()
                                ? say.say("nothing")
                                : messages.stream()
                                        .map(message -> say.say(
                                                "history.line",
                                                say.moment(message.at(), context.zone()),
                                                message.speaker(),
                                                message.text()))
                                        .collect(Collectors.joining("\n")),
                        data)
                .citing(messages.stream().map(SearchTools::passage).toList())
                .tainted(messages.stream()
                        .flatMap(message -> message.taints().stream())
                        .toArray(Taint[]::new));
    }

    private static Passage passage(Message message) {
        return Passage.builder(message.id(), Passage.Kind.MESSAGE, message.text(), message.at())
                .speaker(message.speaker())
                .origin(message.origin())
                .taints(message.taints())
                .build();
    }

    private static boolean isBy(String speaker, Message message) {
        return switch (speaker.toLowerCase(Locale.ROOT)) {
            case "user", "me" -> message.origin() == Origin.USER;
            case "assistant" -> message.origin() == Origin.ASSISTANT;
            default -> message.speaker().equalsIgnoreCase(speaker.strip());
        };
    }

    private DateRange range(String when, ToolContext context) {
        return grammar.parseRange(when, Words.now(context))
                .orElseThrow(() -> new ToolException(
                        ToolException.Reason.INVALID_ARGUMENTS,
                        "'" + when + "' names no day or span of days; say for example 'yesterday' or '5 мая'"));
    }
}
