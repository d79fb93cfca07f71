package io.arkestra.policy.rules.internal;

import io.arkestra.common.Json;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the keys about when and how often: {@code time}, {@code rate}. Used once. */
final class TimeKeys {
    private static final Duration LONGEST_WINDOW = Duration.ofDays(7);
    private static final int MOST_CALLS = 10_000;
    private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
    private static final Pattern HOURS =
            Pattern.compile("([01]\\d|2[0-3]):([0-5]\\d)-(?:([01]\\d|2[0-3]):([0-5]\\d)|(24:00))");

    private final RuleText text;

    TimeKeys(RuleText text) {
        this.text = text;
    }

    /** From the first moment, up to and without the last; over midnight when it ends before it begins. */
    private record Hours(int from, int to) {
        boolean contains(LocalTime time) {
            int minute = time.getHour() * 60 + time.getMinute();
            return from < to ? minute >= from && minute < to : minute >= from || minute < to;
        }
    }

    Optional<Condition> time(String pointer, Json found) {
        Map<String, Json> members = text.mapping(pointer, found, List.of("hours", "days"));
        List<Hours> hours = new ArrayList<>();
        Optional.ofNullable(members.get("hours")).ifPresent(written -> {
            String place = RuleText.child(pointer, "hours");
            String expected = "hours such as \"09:00-18:00\" or a list of them";
            for (String one : text.texts(place, written, expected)) {
                Matcher matcher = HOURS.matcher(one);
                if (!matcher.matches()) {
                    text.wrong(place, Json.of(one), expected);
                    continue;
                }
                int from = Integer.parseInt(matcher.group(1)) * 60 + Integer.parseInt(matcher.group(2));
                int to = matcher.group(5) != null
                        ? 24 * 60
                        : Integer.parseInt(matcher.group(3)) * 60 + Integer.parseInt(matcher.group(4));
                if (from == to) {
                    text.unfit(place, Json.of(one), "is no time at all; write 00:00-24:00 for the whole day");
                }
                hours.add(new Hours(from, to));
            }
        });
        EnumSet<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        Optional.ofNullable(members.get("days"))
                .ifPresent(written -> text.words(RuleText.child(pointer, "days"), written, DAYS)
                        .forEach(day -> days.add(DayOfWeek.of(DAYS.indexOf(day) + 1))));
        if (found.isObject() && members.isEmpty()) {
            text.wrong(pointer, found, "hours, days or both");
        }
        return Optional.of(new FactCondition("time", (action, scope, all) -> {
            if (action.at().isEmpty()) {
                if (!action.unknown().isEmpty()) {
                    return Fit.MAYBE;
                }
                throw new RuleFailure("nobody said what time it is for the user");
            }
            LocalTime time = action.at().get().toLocalTime();
            return Fit.of((hours.isEmpty() || hours.stream().anyMatch(one -> one.contains(time)))
                    && (days.isEmpty() || days.contains(action.at().get().getDayOfWeek())));
        }));
    }

    Optional<Condition> rate(String pointer, Json found) {
        Map<String, Json> members = text.mapping(pointer, found, List.of("max", "over", "per"));
        boolean max = members.containsKey("max");
        if (found.isObject() && (max == members.containsKey("over") || !members.containsKey("per"))) {
            text.wrong(pointer, found, "max or over, and per, such as { over: 10, per: 1h }");
            return Optional.empty();
        }
        String word = max ? "max" : "over";
        Optional<Integer> most = Optional.ofNullable(members.get(word))
                .flatMap(value -> text.whole(RuleText.child(pointer, word), value, 1, MOST_CALLS));
        Optional<Duration> window = Optional.ofNullable(members.get("per"))
                .flatMap(value -> text.duration(RuleText.child(pointer, "per"), value, LONGEST_WINDOW));
        if (most.isEmpty() || window.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new FactCondition("rate", (action, scope, all) -> {
            // The call itself counts too.
            boolean within = action.calls().within(window.get()) < most.get();
            return Fit.of(within == max);
        }));
    }
}
