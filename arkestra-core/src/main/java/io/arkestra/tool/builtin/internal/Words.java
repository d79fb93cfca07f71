package io.arkestra.tool.builtin.internal;

import io.arkestra.common.Json;
import io.arkestra.schedule.grammar.internal.DateGrammar;
import io.arkestra.schedule.grammar.internal.ParseContext;
import io.arkestra.schedule.grammar.internal.TimeExpression;
import io.arkestra.text.internal.Phrasebook;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** What the tools say and read alike. */
final class Words {
    private static final int SHORT = 120;

    private Words() {}

    static Phrasebook say(ToolContext context) {
        return Phrasebook.of(context.locale());
    }

    static ParseContext now(ToolContext context) {
        return ParseContext.at(ZonedDateTime.now(context.clock()));
    }

    /** One line for previews and lists. */
    static String shorten(String text) {
        String line = text.strip().replaceAll("\\s*\\R\\s*", " ");
        if (line.length() <= SHORT) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(SHORT - 1)) ? SHORT - 1 : SHORT;
        return line.substring(0, end) + "…";
    }

    /** The id of what a call makes: the same when the call is made again, so that it makes one thing. */
    static String id(ToolCall call, String what) {
        return UUID.nameUUIDFromBytes((what + " " + call.id()).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    /** A moment in the user's words: the grammar owns dates, whoever asks. */
    static TimeExpression time(String words, ToolContext context) {
        return DateGrammar.standard()
                .parse(words, now(context))
                .orElseThrow(
                        () -> new ToolException(
                                ToolException.Reason.INVALID_ARGUMENTS,
                                "'" + words
                                        + "' names no time that I understand; say for example 'tomorrow at 9' or 'через полчаса'"));
    }

    /** Untrusted sources that words kept already come from, and those that led to the call. */
    static List<String> taints(List<Json> kept, ToolContext context) {
        Set<String> all = new TreeSet<>();
        kept.forEach(taint -> all.add(taint.asString()));
        context.taints().forEach(taint -> all.add(taint.toString()));
        return List.copyOf(all);
    }

    /** A schema of an object. */
    static Json object(String properties) {
        return Json.parse("{\"type\":\"object\",\"properties\":{" + properties + "}}");
    }
}
