package io.arkestra.offline.internal;

import io.arkestra.common.Json;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.persona.internal.JuniorReport;
import io.arkestra.persona.internal.PromptBlocks.Env;
import io.arkestra.persona.internal.PromptBlocks.Quote;
import io.arkestra.persona.internal.PromptBlocks.State;
import io.arkestra.text.internal.Phrasebook;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers by quoting: from what the user told and nothing else. Deterministic. Asks for a tool where one does the work, says when it
 * knows nothing, and never pretends to know more.
 */
final class ExtractiveSenior {
    private static final int MOST_LINES = 20;
    private static final int LONGEST_QUOTE = 600;
    /** Of what could be forgotten, so many are named. */
    private static final int MOST_NAMED = 3;

    /** The envelope for a message. */
    Json answer(String message, Env env, State state, JuniorReport junior, List<Quote> passages) {
        Phrasebook say = Phrasebook.of(env.language());
        String name = env.name() == null ? "" : say.say("greeting.name", env.name());
        return switch (junior.intent()) {
            case GREETING -> text(say.say("greeting", name) + pending(state, say), env, say);
            case THANKS -> text(say.say("thanks"), env, say);
            case GOODBYE -> text(say.say("goodbye", name), env, say);
            case HOW_ARE_YOU -> text(say.say("how-are-you"), env, say);
            case ABILITIES -> text(say.say("abilities"), env, say);
            case ACKNOWLEDGE -> text(say.say("acknowledged"), env, say);
            case UNSUPPORTED -> text(say.say("unsupported"), env, say);
            case ASK_NAME ->
                text(env.name() == null ? say.say("name.unknown") : say.say("name.yours", env.name()), env, say);
            case ASK_ZONE -> text(say.say("zone.yours", env.now().getZone()), env, say);
            case ASK_TIME ->
                text(
                        say.say(
                                "now",
                                say.momentWithDay(env.now().withNano(0)),
                                env.now().getZone()),
                        env,
                        say);
            case REMEMBER -> remember(said(junior.slot("text"), message), env, say);
            case FORGET -> forget(junior.slot("text"), env, passages, say);
            case NOTE ->
                tool(
                        "note.create",
                        Json.object()
                                .put("text", said(junior.slot("text"), message))
                                .build());
            case LIST_NOTES -> tool("note.list", Json.emptyObject());
            case REMIND ->
                junior.slot("timed").equals("no")
                        ? text(say.say("reminder.when"), env, say)
                        : tool(
                                "reminder.create",
                                Json.object()
                                        .put("when", said(junior.slot("when"), message))
                                        .build());
            case TASK ->
                task(said(junior.slot("text"), message), junior.slot("timed").equals("yes"));
            case LIST_TASKS -> tool("task.list", Json.emptyObject());
            case COMPLETE_TASK ->
                tool(
                        "task.complete",
                        Json.object()
                                .put("task", said(junior.slot("text"), message))
                                .build());
            case LIST_REMINDERS -> tool("reminder.list", Json.emptyObject());
            case CANCEL_REMINDER ->
                tool(
                        "reminder.cancel",
                        Json.object().put("text", junior.slot("text")).build());
            case SET_NAME ->
                tool(
                        "alias.set_primary",
                        Json.object().put("name", junior.slot("name")).build());
            case SET_ZONE ->
                tool(
                        "profile.set_zone",
                        Json.object().put("zone", junior.slot("zone")).build());
            case SET_PROFILE -> tool("profile.set", junior.slots());
            case HISTORY -> history(junior, env, passages, say);
            case QUESTION -> question(message, junior, env, passages, say);
            case STATEMENT -> text(say.say("kept"), env, say);
        };
    }

    /** Who comes back is told what was left open, in a word. */
    private static String pending(State state, Phrasebook say) {
        List<String> open = state.portrait().pending();
        return state.opening() && !open.isEmpty()
                ? " " + say.say("greeting.pending", shorten(open.get(open.size() - 1)))
                : "";
    }

    /** The envelope after tools ran: what they said, in the language of the message. */
    Json afterTools(List<Json> results, Env env) {
        Phrasebook say = Phrasebook.of(env.language());
        StringBuilder out = new StringBuilder();
        for (Json result : results) {
            String status = result.string("status").orElse("ok");
            String line = switch (status) {
                case "ok" ->
                    result.string("text").filter(words -> !words.isBlank()).orElseGet(() -> say.say("tool.done"));
                case "skipped" ->
                    say.say("tool.skipped", result.string("message").orElse(""));
                case "denied" -> say.say("tool.denied", result.string("message").orElse(""));
                default -> say.say("tool.failed", result.string("message").orElse(""));
            };
            out.append(out.length() == 0 ? "" : "\n").append(line);
        }
        return text(out.toString(), env, say);
    }

    /** A model in the junior's place may leave a slot out; then the message itself is what was said. */
    private static String said(String slot, String message) {
        return slot.isBlank() ? message : slot;
    }

    /** The sentence is the title; the time in it is read by the tool, which leaves it out of the title. */
    private static Json task(String words, boolean timed) {
        Json.ObjectBuilder arguments = Json.object().put("title", words);
        return tool("task.create", (timed ? arguments.put("when", words) : arguments).build());
    }

    private Json remember(String words, Env env, Phrasebook say) {
        if (words.length() > MemoryDraft.MAX_TEXT) {
            return text(say.say("remembered.long", words.length(), MemoryDraft.MAX_TEXT), env, say);
        }
        Json memory = Json.object().put("kind", "fact").put("text", words).build();
        return envelope(say.say("remembered", words), env, say)
                .put("memory", Json.array(memory))
                .build();
    }

    /** Deletes nothing: what a sentence means may be something else. Names what fits, and how each of it is forgotten. */
    private static Json forget(String what, Env env, List<Quote> passages, Phrasebook say) {
        if (what.isBlank()) {
            return text(say.say("forget.everything"), env, say);
        }
        List<Quote> fitting = passages.stream()
                .filter(quote -> quote.coverage() >= AnswerChoice.RELATED)
                .limit(MOST_NAMED)
                .toList();
        if (fitting.isEmpty()) {
            return text(say.say("forget.none"), env, say);
        }
        List<String> lines = new ArrayList<>();
        lines.add(say.say("forget.found"));
        for (Quote quote : fitting) {
            lines.add(say.say(
                    "forget.line", quote.id(), say.moment(quote.at(), env.now().getZone()), shorten(quote.text())));
        }
        return envelope(String.join("\n", lines), env, say)
                .put("sources", Json.strings(fitting.stream().map(Quote::id).toList()))
                .build();
    }

    private Json question(String message, JuniorReport junior, Env env, List<Quote> passages, Phrasebook say) {
        AnswerChoice choice = AnswerChoice.of(message, passages);
        if (!choice.answers().isEmpty()) {
            return quoted("", choice.answers(), junior.recallQuery(), env, say);
        }
        return choice.closest().isEmpty()
                ? text(say.say("nothing"), env, say)
                : quoted(say.say("nothing.closest") + "\n", choice.closest(), junior.recallQuery(), env, say);
    }

    private Json quoted(String head, List<Quote> quotes, String question, Env env, Phrasebook say) {
        StringBuilder out = new StringBuilder(head);
        ZoneId zone = env.now().getZone();
        for (Quote quote : quotes) {
            String key = switch (quote.kind()) {
                case "fact" -> "said.fact";
                case "note" -> "said.note";
                case "summary" -> "said.summary";
                default -> quote.own() ? "said.you" : "said.me";
            };
            String words = quote.kind().equals("summary") ? BestSentence.of(quote.text(), question) : quote.text();
            String line = say.say(key, say.moment(quote.at(), zone), shorten(words));
            out.append(out.length() == head.length() ? "" : "\n")
                    .append(
                            quote.until() == null
                                    ? line
                                    : say.say("said.until", say.moment(quote.until(), zone), line));
        }
        return envelope(out.toString(), env, say)
                .put("sources", Json.strings(quotes.stream().map(Quote::id).toList()))
                .build();
    }

    private Json history(JuniorReport junior, Env env, List<Quote> passages, Phrasebook say) {
        ZoneId zone = env.now().getZone();
        ZonedDateTime from = Instant.parse(junior.slot("from")).atZone(zone);
        ZonedDateTime to = Instant.parse(junior.slot("to")).atZone(zone);
        String range = from.plusDays(1).isBefore(to)
                ? say.days(from, to.minusNanos(1))
                : say.say("history.range.day", say.day(from));
        boolean aboutSomething = !junior.slot("topic").isBlank();
        List<Quote> said = passages.stream()
                .filter(Quote::own)
                .filter(quote -> !aboutSomething || quote.coverage() >= AnswerChoice.RELATED)
                .toList();
        if (said.isEmpty()) {
            return text(say.say("history.none", range), env, say);
        }
        List<Quote> shown = said.subList(0, Math.min(said.size(), MOST_LINES));
        List<String> lines = new ArrayList<>();
        lines.add(say.say("history.head", range));
        for (Quote quote : shown) {
            lines.add(say.say("history.line", say.moment(quote.at(), zone), quote.speaker(), shorten(quote.text())));
        }
        if (said.size() > shown.size()) {
            lines.add(say.say("history.more", said.size() - shown.size()));
        }
        return envelope(String.join("\n", lines), env, say)
                .put("sources", Json.strings(shown.stream().map(Quote::id).toList()))
                .build();
    }

    private static String shorten(String text) {
        String line = text.strip().replaceAll("\\s*\\R\\s*", " ");
        if (line.length() <= LONGEST_QUOTE) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(LONGEST_QUOTE - 1)) ? LONGEST_QUOTE - 1 : LONGEST_QUOTE;
        return line.substring(0, end) + "…";
    }

    private static Json tool(String name, Json arguments) {
        Json call = Json.object().put("name", name).put("arguments", arguments).build();
        return Json.object().put("text", "").put("tool_calls", Json.array(call)).build();
    }

    private static Json text(String text, Env env, Phrasebook say) {
        return envelope(text, env, say).build();
    }

    private static Json.ObjectBuilder envelope(String text, Env env, Phrasebook say) {
        return Json.object().put("text", env.notice() ? text + "\n" + say.say("notice") : text);
    }
}
