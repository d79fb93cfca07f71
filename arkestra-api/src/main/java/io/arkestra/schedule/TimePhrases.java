package io.arkestra.schedule;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/** Finds the past that a text speaks of: "last week", "in May 2023", «в прошлую пятницу», «позавчера». Thread-safe. */
public interface TimePhrases {
    /** The stretch of time named in the text; of several the first. Empty when none is named. */
    Optional<TimeSpan> past(String text, Instant now, ZoneId zone);
}
