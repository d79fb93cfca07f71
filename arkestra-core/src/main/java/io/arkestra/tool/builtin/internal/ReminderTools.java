package io.arkestra.tool.builtin.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.schedule.Reminder;
import io.arkestra.schedule.grammar.internal.Recurrence;
import io.arkestra.schedule.grammar.internal.TimeExpression;
import io.arkestra.schedule.internal.DurableReminders;
import io.arkestra.text.internal.Phrasebook;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
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
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code reminder.create}, {@code reminder.list} and {@code reminder.cancel}. The grammar owns the date, whoever asks. */
final class ReminderTools {
    private static final Pattern WEEKLY =
            Pattern.compile("FREQ=WEEKLY;BYDAY=((?:MO|TU|WE|TH|FR|SA|SU)(?:,(?:MO|TU|WE|TH|FR|SA|SU))*)");

    private static final Choice<Reminder> CHOICE = new Choice<>("reminder", Reminder::id, Reminder::text);
    private static final Json DESCRIBED =
            Words.object("\"id\":{\"type\":\"string\"},\"text\":{\"type\":\"string\"},\"due\":{\"type\":\"string\"}");

    private final DurableReminders reminders;

    private ReminderTools(DurableReminders reminders) {
        this.reminders = reminders;
    }

    static List<Tool> all(DurableReminders reminders) {
        ReminderTools tools = new ReminderTools(reminders);
        return List.of(tools.create(), tools.list(), tools.cancel());
    }

    private Tool create() {
        ToolSpec spec = ToolSpec.builder("reminder.create")
                .description(
                        "Sets a reminder, once or recurring. Give the time as the user said it, in English or Russian,"
                                + " for example 'tomorrow at 9', 'in 20 minutes', 'every friday at 9', 'через полчаса'.")
                .arguments("""
                        {"type":"object","additionalProperties":false,"required":["when"],
                         "properties":{
                           "when":{"type":"string","minLength":1,"maxLength":4000,"description":"the time in the user's words; may be the whole sentence"},
                           "text":{"type":"string","minLength":1,"maxLength":2000,"description":"what to remind of; taken from 'when' if missing"}}}
                        """)
                .result(DESCRIBED)
                .capability("schedule.write")
                .sideEffect(ToolSpec.SideEffect.OWN_DATA)
                .idempotent()
                .reversible()
                .examples("Remind me tomorrow at 9 to call mum", "Напомни завтра в 9 позвонить маме")
                .build();
        return OwnTool.of(spec, (call, prepared, context) -> {
                    // What a person agreed to, not what the words would mean by now.
                    Json undo = prepared.undo();
                    DurableReminders.Planned planned = new DurableReminders.Planned(
                            undo.get("body").orElseThrow(), undo.instant("due").orElseThrow());
                    Reminder reminder = reminders.save(context.scope(), undo.text("id"), planned);
                    return ToolResult.of(
                                    confirmation(
                                            reminder, undo.bool("ambiguous").orElse(false), Words.say(context)),
                                    describe(reminder))
                            .tainted(taints(List.of(reminder)));
                })
                .aiming((call, context) ->
                        List.of(Target.changed(Target.RECORD, "reminder/" + Words.id(call, "reminder"))))
                .preparing((call, context) -> {
                    Json arguments = call.arguments();
                    TimeExpression time = Words.time(arguments.text("when"), context);
                    Phrasebook say = Words.say(context);
                    String title = arguments.string("text").orElse(time.title()).strip();
                    DurableReminders.Planned planned = plan(
                                    reminders, time, title.isEmpty() ? say.say("reminder.untitled") : title, context)
                            .tainted(Words.taints(List.of(), context));
                    return Prepared.effect(say.say(
                                    "effect.reminder.create",
                                    say.momentWithDay(
                                            planned.due().atZone(time.start().getZone())),
                                    Words.shorten(planned.body().text("text"))))
                            .withUndo(Json.object()
                                    .put("id", Words.id(call, "reminder"))
                                    .put("body", planned.body())
                                    .put("due", planned.due())
                                    .put("ambiguous", !time.ambiguities().isEmpty())
                                    .build());
                })
                .undoing((prepared, context) -> {
                    if (!reminders.cancel(context.scope(), prepared.undo().text("id"))) {
                        throw new ToolException(
                                ToolException.Reason.CONFLICT,
                                Words.say(context).say("reminder.over"));
                    }
                })
                .seeing((prepared, context) -> reminders
                        .find(context.scope(), prepared.undo().text("id"))
                        .filter(reminder -> reminder.state() != Reminder.State.CANCELLED)
                        .map(reminder -> EffectState.PRESENT)
                        .orElse(EffectState.ABSENT))
                .checking((prepared, context) -> refuseWhen(
                        find(prepared, context).filter(ReminderTools::isOver).isPresent(), context));
    }

    /** A reminder at the time that was said, found good. */
    static DurableReminders.Planned plan(
            DurableReminders reminders, TimeExpression time, String text, ToolContext context) {
        Optional<Recurrence> recurrence = time.recurrence();
        if (recurrence.isPresent()) {
            Recurrence rule = recurrence.get();
            return reminders.plan(text, rule.rrule(), rule.start(), rule.zone());
        }
        if (!time.start().toInstant().isAfter(context.clock().instant())) {
            Phrasebook say = Words.say(context);
            throw new ToolException(
                    ToolException.Reason.INVALID_ARGUMENTS,
                    say.say("reminder.past", say.momentWithDay(time.start().withNano(0))));
        }
        return reminders.plan(text, time.start());
    }

    private static String confirmation(Reminder reminder, boolean ambiguous, Phrasebook say) {
        ZonedDateTime due = reminder.due().atZone(reminder.zone());
        String text = reminder.recurrence()
                .map(rule -> say.say(
                        "reminder.recurring",
                        say.momentWithDay(due),
                        reminder.zone(),
                        reminder.text(),
                        words(rule, say)))
                .orElseGet(() -> say.say("reminder.created", say.momentWithDay(due), reminder.zone(), reminder.text()));
        return ambiguous ? text + "\n" + say.say("reminder.ambiguous") : text;
    }

    private Tool list() {
        ToolSpec spec = ToolSpec.builder("reminder.list")
                .description("Lists the user's active reminders, the next first.")
                .result("""
                        {"type":"object","required":["reminders"],"properties":{"reminders":{"type":"array","items":{"type":"object"}}}}
                        """)
                .capability("schedule.read")
                .examples("What reminders do I have?", "Какие у меня напоминания?")
                .build();
        return OwnTool.of(spec, (call, prepared, context) -> {
                    Phrasebook say = Words.say(context);
                    List<Reminder> active = reminders.active(context.scope());
                    Json data = Json.object()
                            .put(
                                    "reminders",
                                    Json.array(active.stream()
                                            .map(ReminderTools::describe)
                                            .toList()))
                            .build();
                    return ToolResult.of(
                                    active.isEmpty()
                                            ? say.say("reminder.list.none")
                                            : say.say("reminder.list") + "\n" + lines(active, say, context.zone()),
                                    data)
                            .tainted(taints(active));
                })
                .aiming((call, context) -> List.of(Target.read(Target.RECORD, "reminder")));
    }

    private Tool cancel() {
        ToolSpec spec = ToolSpec.builder("reminder.cancel")
                .description("Cancels the active reminder whose id or text is given.")
                .arguments("""
                        {"type":"object","additionalProperties":false,"required":["text"],
                         "properties":{"text":{"type":"string","maxLength":2000,"description":"id, or words of the reminder; empty when there is only one"}}}
                        """)
                .result(DESCRIBED)
                .capability("schedule.write")
                .capability("schedule.delete")
                .sideEffect(ToolSpec.SideEffect.OWN_DATA)
                .idempotent()
                .reversible()
                .examples("Cancel the reminder about the dentist", "Отмени напоминание о враче")
                .build();
        return OwnTool.of(spec, (call, prepared, context) -> {
                    Phrasebook say = Words.say(context);
                    List<Reminder> fitting = fitting(call, context);
                    if (fitting.size() > 1) {
                        return ToolResult.text(
                                        say.say("reminder.cancel.many") + "\n" + lines(fitting, say, context.zone()))
                                .tainted(taints(fitting));
                    }
                    // What was prepared is cancelled, whatever else the words would fit by now.
                    Optional<Reminder> reminder = prepared.undo()
                            .string("id")
                            .flatMap(id -> reminders.find(context.scope(), id))
                            .filter(found -> reminders.cancel(context.scope(), found.id()));
                    return reminder.map(
                                    found -> ToolResult.of(say.say("reminder.cancelled", found.text()), describe(found))
                                            .tainted(taints(List.of(found))))
                            .orElseGet(() -> ToolResult.text(say.say("reminder.cancel.none")));
                })
                .aiming((call, context) -> fitting(call, context).stream()
                        .limit(1)
                        .map(reminder -> Target.changed(Target.RECORD, "reminder/" + reminder.id()))
                        .toList())
                .preparing((call, context) -> {
                    List<Reminder> fitting = fitting(call, context);
                    if (fitting.size() != 1) {
                        return Prepared.nothing();
                    }
                    Reminder reminder = fitting.get(0);
                    Phrasebook say = Words.say(context);
                    return Prepared.effect(say.say(
                                    "effect.reminder.cancel",
                                    Words.shorten(reminder.text()),
                                    say.momentWithDay(reminder.due().atZone(context.zone()))))
                            .withUndo(Json.object().put("id", reminder.id()).build())
                            .withStateDigest(describe(reminder).digest());
                })
                .undoing((prepared, context) -> {
                    Optional<String> id = prepared.undo().string("id");
                    if (id.isPresent() && !reminders.restore(context.scope(), id.get())) {
                        throw new ToolException(
                                ToolException.Reason.CONFLICT,
                                Words.say(context).say("reminder.over"));
                    }
                })
                .seeing((prepared, context) -> prepared.undo()
                        .string("id")
                        .flatMap(id -> reminders.find(context.scope(), id))
                        .map(reminder -> reminder.state() == Reminder.State.ACTIVE
                                ? EffectState.ABSENT
                                : reminder.state() == Reminder.State.CANCELLED
                                        ? EffectState.PRESENT
                                        : EffectState.UNKNOWN)
                        .orElse(EffectState.UNKNOWN))
                .checking((prepared, context) -> refuseWhen(
                        find(prepared, context)
                                .filter(reminder -> reminder.recurrence().isEmpty()
                                        && !reminder.due()
                                                .isAfter(context.clock().instant()))
                                .isPresent(),
                        context));
    }

    private Optional<Reminder> find(Prepared prepared, ToolContext context) {
        return prepared.undo().string("id").flatMap(id -> reminders.find(context.scope(), id));
    }

    /** It was told, so that it can be neither cancelled nor set again. */
    private static boolean isOver(Reminder reminder) {
        return reminder.state() != Reminder.State.ACTIVE && reminder.state() != Reminder.State.CANCELLED;
    }

    private static void refuseWhen(boolean over, ToolContext context) {
        if (over) {
            throw new ToolException(
                    ToolException.Reason.CONFLICT, Words.say(context).say("reminder.over"));
        }
    }

    private List<Reminder> fitting(ToolCall call, ToolContext context) {
        return CHOICE.fitting(
                reminders.active(context.scope()), call.arguments().text("text"));
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

    private static Taint[] taints(List<Reminder> reminders) {
        return reminders.stream()
                .flatMap(reminder -> reminder.taints().stream())
                .toArray(Taint[]::new);
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
