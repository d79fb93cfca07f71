package io.arkestra.tool.builtin.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.schedule.Reminder;
import io.arkestra.schedule.Reminders;
import io.arkestra.schedule.grammar.internal.DateGrammar;
import io.arkestra.schedule.grammar.internal.ParseContext;
import io.arkestra.schedule.grammar.internal.Recurrence;
import io.arkestra.schedule.grammar.internal.TimeExpression;
import io.arkestra.text.internal.Phrasebook;
import io.arkestra.text.internal.SameWords;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.time.DayOfWeek;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code reminder.create}, {@code reminder.list} and {@code reminder.cancel}. The grammar owns the date, whoever asks. */
final class ReminderTools {
    private static final Pattern WEEKLY =
            Pattern.compile("FREQ=WEEKLY;BYDAY=((?:MO|TU|WE|TH|FR|SA|SU)(?:,(?:MO|TU|WE|TH|FR|SA|SU))*)");

    private ReminderTools() {}

    static List<Tool> all(Reminders reminders) {
        return List.of(
                new Create(reminders, DateGrammar.standard()), new ListReminders(reminders), new Cancel(reminders));
    }

    private record Create(Reminders reminders, DateGrammar grammar) implements Tool {
        private static final ToolSpec SPEC = ToolSpec.builder("reminder.create")
                .description(
                        "Sets a reminder, once or recurring. Give the time as the user said it, in English or Russian,"
                                + " for example 'tomorrow at 9', 'in 20 minutes', 'every friday at 9', 'через полчаса'.")
                .arguments("""
                        {"type":"object","additionalProperties":false,"required":["when"],
                         "properties":{
                           "when":{"type":"string","minLength":1,"maxLength":4000,"description":"the time in the user's words; may be the whole sentence"},
                           "text":{"type":"string","minLength":1,"maxLength":2000,"description":"what to remind of; taken from 'when' if missing"}}}
                        """)
                .capability("schedule.write")
                .sideEffect(ToolSpec.SideEffect.OWN_DATA)
                .examples("Remind me tomorrow at 9 to call mum", "Напомни завтра в 9 позвонить маме")
                .build();

        @Override
        public ToolSpec spec() {
            return SPEC;
        }

        @Override
        public Prepared prepare(ToolCall call, ToolContext context) {
            TimeExpression time = parse(call, context);
            return Prepared.effect("Sets a reminder for " + time.start());
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            TimeExpression time = parse(call, context);
            Phrasebook say = Phrasebook.of(context.locale());
            String title = call.arguments().string("text").orElse(time.title()).strip();
            String text = title.isEmpty() ? say.say("reminder.untitled") : title;
            if (time.recurrence().isEmpty()
                    && !time.start().toInstant().isAfter(context.clock().instant())) {
                throw new ToolException(
                        ToolException.Reason.INVALID_ARGUMENTS,
                        say.say("reminder.past", say.momentWithDay(time.start().withNano(0))));
            }
            try {
                Optional<Recurrence> recurrence = time.recurrence();
                Reminder reminder = recurrence.isPresent()
                        ? reminders.recurring(
                                context.scope(),
                                text,
                                recurrence.get().rrule(),
                                recurrence.get().start(),
                                recurrence.get().zone())
                        : reminders.at(context.scope(), text, time.start());
                return ToolResult.of(confirmation(reminder, time, say), describe(reminder));
            } catch (InvalidInputException e) {
                throw new ToolException(ToolException.Reason.INVALID_ARGUMENTS, String.valueOf(e.getMessage()), e);
            }
        }

        private TimeExpression parse(ToolCall call, ToolContext context) {
            String when = call.arguments().text("when");
            return grammar.parse(when, ParseContext.at(ZonedDateTime.now(context.clock())))
                    .orElseThrow(
                            () -> new ToolException(
                                    ToolException.Reason.INVALID_ARGUMENTS,
                                    "'" + when
                                            + "' names no time that I understand; say for example 'tomorrow at 9' or 'через полчаса'"));
        }

        private static String confirmation(Reminder reminder, TimeExpression time, Phrasebook say) {
            ZonedDateTime due = reminder.due().atZone(reminder.zone());
            String text = reminder.recurrence()
                    .map(rule -> say.say(
                            "reminder.recurring",
                            say.momentWithDay(due),
                            reminder.zone(),
                            reminder.text(),
                            words(rule, say)))
                    .orElseGet(() ->
                            say.say("reminder.created", say.momentWithDay(due), reminder.zone(), reminder.text()));
            return time.ambiguities().isEmpty() ? text : text + "\n" + say.say("reminder.ambiguous");
        }
    }

    private record ListReminders(Reminders reminders) implements Tool {
        private static final ToolSpec SPEC = ToolSpec.builder("reminder.list")
                .description("Lists the user's active reminders, the next first.")
                .capability("schedule.read")
                .examples("What reminders do I have?", "Какие у меня напоминания?")
                .build();

        @Override
        public ToolSpec spec() {
            return SPEC;
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            Phrasebook say = Phrasebook.of(context.locale());
            List<Reminder> active = reminders.active(context.scope());
            if (active.isEmpty()) {
                return ToolResult.text(say.say("reminder.list.none"));
            }
            return ToolResult.of(
                    say.say("reminder.list") + "\n" + lines(active, say, context.zone()),
                    Json.object()
                            .put(
                                    "reminders",
                                    Json.array(active.stream()
                                            .map(ReminderTools::describe)
                                            .toList()))
                            .build());
        }
    }

    private record Cancel(Reminders reminders) implements Tool {
        private static final ToolSpec SPEC = ToolSpec.builder("reminder.cancel")
                .description("Cancels the active reminder whose id or text is given.")
                .arguments("""
                        {"type":"object","additionalProperties":false,"required":["text"],
                         "properties":{"text":{"type":"string","maxLength":2000,"description":"id, or words of the reminder; empty when there is only one"}}}
                        """)
                .capability("schedule.write")
                .sideEffect(ToolSpec.SideEffect.OWN_DATA)
                .examples("Cancel the reminder about the dentist", "Отмени напоминание о враче")
                .build();

        @Override
        public ToolSpec spec() {
            return SPEC;
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            Phrasebook say = Phrasebook.of(context.locale());
            String wanted = call.arguments().text("text").strip();
            List<Reminder> fitting = fitting(reminders.active(context.scope()), wanted);
            if (fitting.isEmpty()) {
                return ToolResult.text(say.say("reminder.cancel.none"));
            }
            if (fitting.size() > 1) {
                return ToolResult.text(say.say("reminder.cancel.many") + "\n" + lines(fitting, say, context.zone()));
            }
            Reminder reminder = fitting.get(0);
            boolean cancelled = reminders.cancel(context.scope(), reminder.id());
            return ToolResult.text(
                    cancelled ? say.say("reminder.cancelled", reminder.text()) : say.say("reminder.cancel.none"));
        }
    }

    /** By id, else by the very words, else by words that differ only in their endings. */
    private static List<Reminder> fitting(List<Reminder> active, String wanted) {
        String words = wanted.toLowerCase(Locale.ROOT);
        List<Predicate<Reminder>> ways = List.of(
                reminder -> reminder.id().equals(wanted),
                reminder -> reminder.text().toLowerCase(Locale.ROOT).contains(words),
                reminder -> SameWords.allIn(words, reminder.text()));
        for (Predicate<Reminder> way : ways) {
            List<Reminder> fitting = active.stream().filter(way).toList();
            if (!fitting.isEmpty()) {
                return fitting;
            }
        }
        return List.of();
    }

    /** In the user's zone; one that was made in another, whose clock it goes by, names that. To the minute: it is a list. */
    private static String lines(List<Reminder> reminders, Phrasebook say, ZoneId zone) {
        return reminders.stream()
                .map(reminder -> say.say(
                        "reminder.line",
                        say.momentWithDay(reminder.due().atZone(zone).truncatedTo(ChronoUnit.MINUTES))
                                + reminder.recurrence()
                                        .map(rule -> ", " + words(rule, say))
                                        .orElse("")
                                + elsewhere(reminder, zone, say),
                        reminder.text()))
                .collect(Collectors.joining("\n"));
    }

    private static String elsewhere(Reminder reminder, ZoneId zone, Phrasebook say) {
        ZonedDateTime there = reminder.due().atZone(reminder.zone());
        return there.getOffset().equals(reminder.due().atZone(zone).getOffset())
                ? ""
                : " " + say.say("reminder.elsewhere", say.time(there), reminder.zone());
    }

    private static String words(String rule, Phrasebook say) {
        Matcher weekly = WEEKLY.matcher(rule);
        if (weekly.matches()) {
            String days = Stream.of(weekly.group(1).split(","))
                    .flatMap(day -> Stream.of(DayOfWeek.values())
                            .filter(value -> value.name().startsWith(day)))
                    .map(say::weekday)
                    .collect(Collectors.joining(", "));
            return say.say("recurrence.weekly") + " (" + days + ")";
        }
        return switch (rule) {
            case "FREQ=DAILY" -> say.say("recurrence.daily");
            case "FREQ=WEEKLY" -> say.say("recurrence.weekly");
            case "FREQ=MONTHLY" -> say.say("recurrence.monthly");
            case "FREQ=YEARLY" -> say.say("recurrence.yearly");
            default -> say.say("recurrence.rule", rule);
        };
    }

    private static Json describe(Reminder reminder) {
        return Json.object()
                .put("id", reminder.id())
                .put("text", reminder.text())
                .put("due", reminder.due())
                .put("zone", reminder.zone().getId())
                .putIfPresent("recurrence", reminder.recurrence())
                .build();
    }
}
