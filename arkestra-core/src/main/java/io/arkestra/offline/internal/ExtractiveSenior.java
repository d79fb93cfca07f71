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
    /** From this share of the question's words on, a passage counts as an answer. */
    static final double ANSWERS = 0.7;
    /** From this share on, it is worth showing as the closest there is. */
    static final double RELATED = 0.3;

    private static final int MOST_QUOTES = 3;
    private static final int MOST_LINES = 20;
    private static final int LONGEST_QUOTE = 600;

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
            case HISTORY -> history(junior, env, passages, say);
            case QUESTION -> question(env, passages, say);
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
                .filter(quote -> quote.coverage() >= RELATED)
                .limit(MOST_QUOTES)
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

    private Json question(Env env, List<Quote> passages, Phrasebook say) {
        List<Quote> candidates = passages.stream()
                .filter(quote -> !Interrogatives.isQuestion(quote.text()))
                .filter(quote -> quote.coverage() >= RELATED)
                .toList();
        List<Quote> answering =
                candidates.stream().filter(quote -> quote.coverage() >= ANSWERS).toList();
        // A summary repeats what it sums up.
        boolean firstHand = answering.stream().anyMatch(quote -> !quote.kind().equals("summary"));
        List<Quote> answers =
                distinct(answering.stream()
                                .filter(quote -> !firstHand || !quote.kind().equals("summary"))
                                .toList())
                        .stream()
                        .limit(MOST_QUOTES)
                        .toList();
        if (!answers.isEmpty()) {
            return quoted("", answers, env, say);
        }
        if (candidates.isEmpty()) {
            return text(say.say("nothing"), env, say);
        }
        return quoted(say.say("nothing.closest") + "\n", candidates.subList(0, 1), env, say);
    }

    /** The same words twice, as a message and as the fact that was learned from it, answer once: in the better place. */
    private static List<Quote> distinct(List<Quote> quotes) {
        List<Quote> kept = new ArrayList<>();
        for (Quote quote : quotes) {
            String words = plain(quote.text());
            boolean said = kept.stream()
                    .map(other -> plain(other.text()))
                    .anyMatch(other -> other.contains(words) || words.contains(other));
            if (!said) {
                kept.add(quote);
            }
        }
        return kept;
    }

    private static String plain(String text) {
        return text.toLowerCase(java.util.Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}]+", " ")
                .strip();
    }

    private Json quoted(String head, List<Quote> quotes, Env env, Phrasebook say) {
        StringBuilder out = new StringBuilder(head);
        for (Quote quote : quotes) {
            String key = switch (quote.kind()) {
                case "fact" -> "said.fact";
                case "note" -> "said.note";
                case "summary" -> "said.summary";
                default -> quote.own() ? "said.you" : "said.me";
            };
            out.append(out.length() == head.length() ? "" : "\n")
                    .append(say.say(key, say.moment(quote.at(), env.now().getZone()), shorten(quote.text())));
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
                .filter(quote -> !aboutSomething || quote.coverage() >= RELATED)
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
