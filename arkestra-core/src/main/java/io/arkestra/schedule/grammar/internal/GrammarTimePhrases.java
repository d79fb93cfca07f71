package io.arkestra.schedule.grammar.internal;

import io.arkestra.schedule.TimePhrases;
import io.arkestra.schedule.TimeSpan;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/** Finds the past by the grammar of dates. A time that is wholly ahead is none. Thread-safe. */
public final class GrammarTimePhrases implements TimePhrases {
    @Override
    public Optional<TimeSpan> past(String text, Instant now, ZoneId zone) {
        try {
            return DateGrammar.standard()
                    .parsePast(text, ParseContext.at(now.atZone(zone)))
                    .filter(named -> named.range().from().toInstant().isBefore(now))
                    .map(named -> TimeSpan.of(
                            named.range().from().toInstant(),
                            named.range().to().toInstant(),
                            named.span().start(),
                            named.span().end()));
        } catch (DateTimeException e) {
            // The moment of asking lies beyond what the calendar of a zone can say.
            return Optional.empty();
        }
    }
}
