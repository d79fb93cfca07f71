package io.arkestra.schedule.grammar.internal;

import java.time.LocalTime;
import java.time.ZonedDateTime;

/**
 * What a text is read against.
 *
 * @param reference the moment of speaking in the speaker's zone; every relative expression counts from here
 * @param language which language decides where the text itself does not, for example the order of numeric dates
 * @param defaultTime time of day of an expression that names only a date
 * @param monthFirst whether {@code 5/6} in an English text is 6 May (true) or 5 June (false); numeric dates in a Russian
 *     text are always day first
 * @param dayParts clock times that "in the morning", "вечером" and the like stand for when no hour is given
 * @param direction where an expression that fits both sides of the reference ("on friday", "5 May") points
 */
public record ParseContext(
        ZonedDateTime reference,
        Language language,
        LocalTime defaultTime,
        boolean monthFirst,
        DayParts dayParts,
        Direction direction) {

    /** The language of a text, or the wish to tell it from the text's script. */
    public enum Language {
        AUTO,
        ENGLISH,
        RUSSIAN
    }

    /** Which side of the reference an ambiguous expression points to. */
    public enum Direction {
        FUTURE,
        PAST
    }

    /** Clock times for the parts of a day that stand alone. */
    public record DayParts(LocalTime morning, LocalTime afternoon, LocalTime evening, LocalTime night) {

        /** 09:00, 15:00, 19:00 and 23:00. */
        public static DayParts standard() {
            return new DayParts(LocalTime.of(9, 0), LocalTime.of(15, 0), LocalTime.of(19, 0), LocalTime.of(23, 0));
        }
    }

    /** A context with the language told from the text, 09:00 as default time, month-first dates, future preferred. */
    public static ParseContext at(ZonedDateTime reference) {
        return new ParseContext(
                reference, Language.AUTO, LocalTime.of(9, 0), true, DayParts.standard(), Direction.FUTURE);
    }

    /** This context with another language preference. */
    public ParseContext withLanguage(Language newLanguage) {
        return new ParseContext(reference, newLanguage, defaultTime, monthFirst, dayParts, direction);
    }

    /** This context with another default time of day. */
    public ParseContext withDefaultTime(LocalTime newDefaultTime) {
        return new ParseContext(reference, language, newDefaultTime, monthFirst, dayParts, direction);
    }

    /** This context with the other order of ambiguous English numeric dates. */
    public ParseContext withMonthFirst(boolean newMonthFirst) {
        return new ParseContext(reference, language, defaultTime, newMonthFirst, dayParts, direction);
    }

    /** This context with other clock times for the parts of a day. */
    public ParseContext withDayParts(DayParts newDayParts) {
        return new ParseContext(reference, language, defaultTime, monthFirst, newDayParts, direction);
    }

    /** This context with another side of the reference preferred. */
    public ParseContext withDirection(Direction newDirection) {
        return new ParseContext(reference, language, defaultTime, monthFirst, dayParts, newDirection);
    }

    /** This context read at another moment, or in another zone. */
    ParseContext withReference(ZonedDateTime newReference) {
        return new ParseContext(newReference, language, defaultTime, monthFirst, dayParts, direction);
    }
}
