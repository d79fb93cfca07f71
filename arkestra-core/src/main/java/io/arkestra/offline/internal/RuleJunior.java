package io.arkestra.offline.internal;

import io.arkestra.common.Json;
import io.arkestra.persona.internal.Intent;
import io.arkestra.persona.internal.JuniorReport;
import io.arkestra.schedule.grammar.internal.DateGrammar;
import io.arkestra.schedule.grammar.internal.DateRange;
import io.arkestra.schedule.grammar.internal.Grain;
import io.arkestra.schedule.grammar.internal.ParseContext;
import io.arkestra.schedule.grammar.internal.Span;
import io.arkestra.schedule.grammar.internal.TimeExpression;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Decides by rules what a message wants. Deterministic; never fails. */
public final class RuleJunior {
    private static final Pattern REMIND = Pattern.compile(
            "^(?:remind me|(?:set|create|add|make|put|schedule|i need|i want)(?: me| up)* (?:an? |another )?(?:reminder|alarm|timer)|wake me(?: up)?|reminder|alarm"
                    + "|напомни(?:те|ть)?|напоминай(?:те)?|напоминать|(?:поставь|создай|сделай|добавь|установи|заведи|включи|поставить|создать|сделать|добавить|завести)(?:те)?(?: мне)? (?:напоминание|напоминалку|будильник|таймер)"
                    + "|разбуди(?:те)?|напоминание|будильник)(?![\\p{L}-])",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    private static final Pattern WRITE_DOWN = Pattern.compile(
            "^(?:запиши(?:те)?|отметь(?:те)?|запланируй(?:те)?|не забудь(?:те)?|не забыть|schedule|put down|plan|don't forget to|do not forget to|remember to)(?![\\p{L}-])",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    private static final Pattern TELLS = Pattern.compile(
            "^(?:,? *)?(?:i|i'm|i'll|we|we're|he|she|they|it|my|our|there|the|я|мы|ты|он|она|они|у|мой|моя|мо[её]|мои|мне|нам|был[аио]?|будет|буду)(?![\\p{L}])",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    private final DateGrammar grammar = DateGrammar.standard();

    /**
     * Decides.
     *
     * @param text the message
     * @param now the moment in the user's zone
     */
    public JuniorReport decide(String text, ZonedDateTime now) {
        ParseContext context = ParseContext.at(now);
        Optional<ZoneId> zone = grammar.parseZone(text);
        if (zone.isPresent()) {
            return command(Intent.SET_ZONE, slots().put("zone", zone.get().getId()), "profile.set_zone");
        }
        Utterance utterance = Utterance.of(text);
        String core = utterance.text();
        Optional<TimeExpression> time = grammar.parse(core, context);
        Matcher remind = REMIND.matcher(core);
        if (remind.find() && time.isEmpty()) {
            String asked = core.substring(remind.end()).replaceFirst("^(?:[,:\\s]+|мне(?= ))+", "");
            if (Interrogatives.isQuestion(asked) && !utterance.asked() || Interrogatives.opensAQuestion(asked)) {
                return CommandRules.find(asked, Utterance.of(asked))
                        .filter(command -> command.argument().isEmpty())
                        .map(command -> understood(command, asked, false, false))
                        .orElseGet(() -> question(asked));
            }
        }
        if (wantsReminder(core, utterance.asked(), time)) {
            Json.ObjectBuilder slots = slots().put("when", core).put("timed", time.isPresent() ? "yes" : "no");
            return command(Intent.REMIND, slots, "reminder.create");
        }
        Optional<Json> wish =
                text.strip().endsWith("?") && !utterance.asked() ? Optional.empty() : StyleRules.find(utterance);
        if (wish.isPresent()) {
            return report(Intent.SET_PROFILE, wish.get(), List.of("profile.set"), "", 0.9);
        }
        Optional<CommandRules.Command> command = CommandRules.find(text, utterance);
        if (command.isPresent()) {
            boolean timed = grammar.parse(command.get().argument(), context)
                    .filter(said -> said.recurrence().isEmpty())
                    .isPresent();
            return understood(command.get(), text, utterance.asked(), timed);
        }
        if (Interrogatives.asksForHistory(text)) {
            Optional<DateRange> range = grammar.parseRange(text, context);
            if (range.isPresent()) {
                return history(text, range.get(), context);
            }
        }
        if (Interrogatives.isQuestion(text) || Interrogatives.isQuestion(core)) {
            return question(core);
        }
        return report(Intent.STATEMENT, slots(), List.of(), text, 0.4);
    }

    /**
     * A reminder is wanted when the verb says so; or when something is to be written down for a moment to come; or when the message
     * begins with a time of day or a recurrence and goes on like the title of something, not like a sentence that tells or asks.
     */
    private static boolean wantsReminder(String text, boolean asked, Optional<TimeExpression> time) {
        boolean question = text.endsWith("?") && !asked;
        if (REMIND.matcher(text).find()) {
            return !question || time.isPresent();
        }
        if (time.isEmpty() || question || isTask(text)) {
            return false;
        }
        TimeExpression expression = time.get();
        boolean timed = expression.recurrence().isPresent()
                || expression.grain() == Grain.MINUTE
                || expression.grain() == Grain.HOUR
                || expression.grain() == Grain.SECOND;
        if (WRITE_DOWN.matcher(text).find()) {
            return timed;
        }
        boolean leads = expression.spans().stream()
                .anyMatch(span -> text.substring(0, span.start()).isBlank());
        return timed
                && leads
                && !TELLS.matcher(expression.title()).find()
                && !Interrogatives.isQuestion(expression.title());
    }

    /** Who says that it is a task wants it on the list, whatever time it names. */
    private static boolean isTask(String text) {
        return CommandRules.find(text, Utterance.of(text))
                .filter(command -> command.intent() == Intent.TASK)
                .isPresent();
    }

    private static JuniorReport understood(CommandRules.Command command, String text, boolean asked, boolean timed) {
        String argument = command.argument();
        boolean question = text.strip().endsWith("?") && !asked;
        return switch (command.intent()) {
            case REMEMBER ->
                question ? question(text) : command(Intent.REMEMBER, slots().put("text", argument), "memory.remember");
            case FORGET ->
                report(
                        Intent.FORGET,
                        slots().put("text", argument),
                        List.of(),
                        argument.isEmpty() ? "" : Interrogatives.subject(argument),
                        0.9);
            case NOTE -> question ? question(text) : command(Intent.NOTE, slots().put("text", argument), "note.create");
            case LIST_NOTES -> command(Intent.LIST_NOTES, slots(), "note.list");
            case TASK ->
                question
                        ? question(text)
                        : command(
                                Intent.TASK,
                                slots().put("text", argument).put("timed", timed ? "yes" : "no"),
                                "task.create");
            case LIST_TASKS -> command(Intent.LIST_TASKS, slots(), "task.list");
            case COMPLETE_TASK ->
                question
                        ? question(text)
                        : command(Intent.COMPLETE_TASK, slots().put("text", argument), "task.complete");
            case LIST_REMINDERS -> command(Intent.LIST_REMINDERS, slots(), "reminder.list");
            case CANCEL_REMINDER -> command(Intent.CANCEL_REMINDER, slots().put("text", argument), "reminder.cancel");
            case SET_NAME -> command(Intent.SET_NAME, slots().put("name", argument), "alias.set_primary");
            default -> report(command.intent(), slots(), List.of(), "", 0.9);
        };
    }

    private static JuniorReport question(String text) {
        return report(Intent.QUESTION, slots(), List.of(), Interrogatives.subject(text), 0.4);
    }

    private JuniorReport history(String text, DateRange range, ParseContext context) {
        String rest = grammar.parse(text, context.withDirection(ParseContext.Direction.PAST))
                .map(expression -> without(text, expression.spans()))
                .orElse(text);
        String topic = Interrogatives.topic(rest);
        return report(
                Intent.HISTORY,
                slots().put("from", range.from().toInstant())
                        .put("to", range.to().toInstant())
                        .put("topic", topic),
                List.of("messages.search_by_date"),
                topic,
                0.8);
    }

    private static String without(String text, List<Span> spans) {
        StringBuilder rest = new StringBuilder(text);
        for (Span span : spans) {
            for (int i = span.start(); i < span.end(); i++) {
                rest.setCharAt(i, ' ');
            }
        }
        return rest.toString();
    }

    private static Json.ObjectBuilder slots() {
        return Json.object();
    }

    private static JuniorReport command(Intent intent, Json.ObjectBuilder slots, String tool) {
        return report(intent, slots, List.of(tool), "", 0.9);
    }

    private static JuniorReport report(
            Intent intent, Json.ObjectBuilder slots, List<String> tools, String recall, double confidence) {
        return report(intent, slots.build(), tools, recall, confidence);
    }

    private static JuniorReport report(
            Intent intent, Json slots, List<String> tools, String recall, double confidence) {
        return JuniorReport.understood(intent, slots, tools, cut(recall, 500), confidence);
    }

    private static String cut(String text, int limit) {
        if (text.length() <= limit) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(limit - 1)) ? limit - 1 : limit;
        return text.substring(0, end);
    }
}
