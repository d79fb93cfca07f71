package io.arkestra.tool.builtin.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.memory.Memory;
import io.arkestra.memory.Message;
import io.arkestra.memory.Passage;
import io.arkestra.memory.RecallQuery;
import io.arkestra.schedule.grammar.internal.DateGrammar;
import io.arkestra.schedule.grammar.internal.DateRange;
import io.arkestra.schedule.grammar.internal.ParseContext;
import io.arkestra.text.internal.Phrasebook;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.stream.Collectors;

/** {@code memory.search} and {@code messages.search_by_date}: for models that want to look something up themselves. */
final class SearchTools {
    private SearchTools() {}

    static List<Tool> all(Memory memory) {
        return List.of(new Search(memory), new ByDate(memory, DateGrammar.standard()));
    }

    private record Search(Memory memory) implements Tool {
        private static final ToolSpec SPEC = ToolSpec.builder("memory.search")
                .description("Searches what the user said and what was remembered; gives quotations with dates.")
                .arguments("""
                        {"type":"object","additionalProperties":false,"required":["query"],
                         "properties":{"query":{"type":"string","minLength":1,"maxLength":1000},
                                       "limit":{"type":"integer","minimum":1,"maximum":50}}}
                        """)
                .capability("memory.read")
                .examples("What did I say about my car?", "Что я говорил про машину?")
                .build();

        @Override
        public ToolSpec spec() {
            return SPEC;
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            RecallQuery query = RecallQuery.about(call.arguments().text("query"))
                    .limit(call.arguments().integer("limit").orElse(10L).intValue());
            if (context.turn().isPresent()) {
                query = query.excluding(context.turn().get());
            }
            List<Passage> passages = memory.recall(context.scope(), query).passages();
            Phrasebook say = Phrasebook.of(context.locale());
            if (passages.isEmpty()) {
                return ToolResult.text(say.say("nothing"));
            }
            String lines = passages.stream()
                    .map(passage -> say.say(
                            "history.line",
                            say.moment(passage.at(), context.zone()),
                            passage.speaker(),
                            passage.text()))
                    .collect(Collectors.joining("\n"));
            return ToolResult.of(
                            lines,
                            Json.object()
                                    .put(
                                            "ids",
                                            Json.strings(passages.stream()
                                                    .map(Passage::id)
                                                    .toList()))
                                    .build())
                    .tainted(passages.stream()
                            .flatMap(passage -> passage.taints().stream())
                            .toArray(Taint[]::new));
        }
    }

    private record ByDate(Memory memory, DateGrammar grammar) implements Tool {
        private static final ToolSpec SPEC = ToolSpec.builder("messages.search_by_date")
                .description("Gives what was said on a day or in a span of days, in order.")
                .arguments("""
                        {"type":"object","additionalProperties":false,"required":["when"],
                         "properties":{"when":{"type":"string","minLength":1,"maxLength":200,
                                         "description":"in words, for example 'yesterday', '5 May', 'на прошлой неделе'"},
                                       "limit":{"type":"integer","minimum":1,"maximum":200}}}
                        """)
                .capability("memory.read")
                .examples("What did I say yesterday?", "Что я говорил 5 мая?")
                .build();

        @Override
        public ToolSpec spec() {
            return SPEC;
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            String when = call.arguments().text("when");
            DateRange range = grammar.parseRange(when, ParseContext.at(ZonedDateTime.now(context.clock())))
                    .orElseThrow(() -> new ToolException(
                            ToolException.Reason.INVALID_ARGUMENTS,
                            "'" + when + "' names no day or span of days; say for example 'yesterday' or '5 мая'"));
            int limit = call.arguments().integer("limit").orElse(50L).intValue();
            List<Message> messages = memory.messages(
                    context.scope(), range.from().toInstant(), range.to().toInstant(), limit);
            Phrasebook say = Phrasebook.of(context.locale());
            if (messages.isEmpty()) {
                return ToolResult.text(say.say("nothing"));
            }
            String lines = messages.stream()
                    .map(message -> say.say(
                            "history.line",
                            say.moment(message.at(), context.zone()),
                            message.speaker(),
                            message.text()))
                    .collect(Collectors.joining("\n"));
            return ToolResult.of(
                            lines,
                            Json.object()
                                    .put(
                                            "ids",
                                            Json.strings(messages.stream()
                                                    .map(Message::id)
                                                    .toList()))
                                    .build())
                    .tainted(messages.stream()
                            .flatMap(message -> message.taints().stream())
                            .toArray(Taint[]::new));
        }
    }
}
