package io.arkestra.turn.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.ChannelId;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.Taint;
import io.arkestra.common.UserId;
import io.arkestra.memory.Message;
import io.arkestra.people.internal.AliasStore;
import io.arkestra.people.internal.EnvStore;
import io.arkestra.people.internal.ProfileFields;
import io.arkestra.people.internal.ProfileTaints;
import io.arkestra.persona.internal.Scene.EnvBrief;
import io.arkestra.schedule.Reminders;
import io.arkestra.store.DocTransaction;
import io.arkestra.task.internal.TaskStore;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks around before anybody is asked: which name to use, and what surrounds the conversation. Thread-safe. */
public final class Surroundings {
    private static final Duration SOON = Duration.ofHours(12);
    private static final Duration LATELY = Duration.ofDays(3);
    private static final int MOST_UPCOMING = 5;
    private static final int MOST_MESSAGES = 50;
    private static final int LONGEST_EVENT = 120;
    private static final String WITHHELD = "(words of an untrusted source, not shown)";

    private final AliasStore aliases;
    private final EnvStore facts;
    private final Reminders reminders;
    private final TaskStore tasks;
    private final ConversationLog log;

    public Surroundings(AliasStore aliases, EnvStore facts, Reminders reminders, TaskStore tasks, ConversationLog log) {
        this.aliases = aliases;
        this.facts = facts;
        this.reminders = reminders;
        this.tasks = tasks;
        this.log = log;
    }

    /** How to call the user here, with the title. */
    Optional<String> name(DocTransaction tx, UserId user, Json profile, ChannelId channel) {
        return aliases.nameFor(tx, user, profile, channel).map(name -> ProfileFields.addressed(profile, name));
    }

    /** What is told of the user in every prompt and may come from untrusted sources: the name to use here, words of the profile. */
    List<ProfileTaints.Doubted> doubted(UserId user, Json profile, ChannelId channel) {
        List<ProfileTaints.Doubted> doubted = new ArrayList<>(ProfileTaints.of(profile));
        aliases.doubted(user, profile, channel).ifPresent(doubted::add);
        return doubted;
    }

    /** What the host told about the conversation, and about this turn, which counts more; together no more than one of them may have. */
    Map<String, String> facts(DocTransaction tx, UserId user, SessionId session, TurnWishes wishes) {
        Map<String, String> all = new HashMap<>(wishes.facts());
        facts.facts(tx, user, session).forEach((name, value) -> {
            if (all.size() < EnvStore.MOST) {
                all.putIfAbsent(name, value);
            }
        });
        return all;
    }

    /** What surrounds the turn; a part that cannot be told is told to the trace and left out. */
    EnvBrief brief(TurnInput input, Map<String, String> told, Instant now, ZoneId zone, Trace trace) {
        EnvBrief brief = new EnvBrief(
                input.scope().channel().value(),
                input.wishes().participants(),
                told,
                topics(input.scope(), now, trace),
                upcoming(input.scope(), now, zone, trace));
        trace.step(
                "perceive",
                "around: channel " + brief.channel() + ", " + told.size() + " facts, "
                        + brief.topics().size() + " topics, " + brief.upcoming().size() + " events to come",
                brief.toJson());
        return brief;
    }

    private List<String> topics(Scope scope, Instant now, Trace trace) {
        try {
            return ActiveTopics.of(log.lately(scope.user(), now.minus(LATELY), MOST_MESSAGES).stream()
                    .map(Message::text)
                    .toList());
        } catch (ArkestraException e) {
            trace.step("perceive", "the log cannot tell what the latest messages were about: " + e.code());
            return List.of();
        }
    }

    /** What is to come, and when. */
    private record Event(Instant at, String text, Collection<Taint> taints) {
        /** The words of strangers are not put before every conversation: who wants them calls a tool, whose result carries where they are from. */
        String told() {
            return taints.isEmpty() ? shorten(text) : WITHHELD;
        }
    }

    private List<EnvBrief.Upcoming> upcoming(Scope scope, Instant now, ZoneId zone, Trace trace) {
        try {
            // A task with a reminder of its own is told by that.
            Stream<Event> due = tasks.open(scope).stream()
                    .filter(task ->
                            task.due().isPresent() && task.texts("reminders").isEmpty())
                    .map(task -> new Event(task.due().orElseThrow(), task.title(), task.taints()));
            return Stream.concat(
                            reminders.active(scope).stream()
                                    .map(reminder -> new Event(reminder.due(), reminder.text(), reminder.taints())),
                            due.filter(task -> !task.at().isBefore(now)))
                    .filter(event -> !event.at().isAfter(now.plus(SOON)))
                    .sorted(Comparator.comparing(Event::at))
                    .limit(MOST_UPCOMING)
                    .map(event -> new EnvBrief.Upcoming(
                            event.at()
                                    .atZone(zone)
                                    .toLocalDateTime()
                                    .truncatedTo(ChronoUnit.MINUTES)
                                    .toString(),
                            event.told()))
                    .toList();
        } catch (ArkestraException e) {
            trace.step("perceive", "the schedule cannot tell what is to come: " + e.code());
            return List.of();
        }
    }

    private static String shorten(String text) {
        if (text.length() <= LONGEST_EVENT) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST_EVENT - 1)) ? LONGEST_EVENT - 1 : LONGEST_EVENT;
        return text.substring(0, end) + "…";
    }
}
