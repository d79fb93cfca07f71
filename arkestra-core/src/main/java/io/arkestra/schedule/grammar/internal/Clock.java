package io.arkestra.schedule.grammar.internal;

import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * A time of day as said.
 *
 * @param hour 0 to 24
 * @param zone the zone named with it, if any
 */
record Clock(
        int hour,
        int minute,
        int second,
        Reading reading,
        Grain grain,
        @Nullable ZoneId zone) {

    /** How sure the half of the day is. */
    enum Reading {
        /** Said or beyond noon. */
        CERTAIN,
        /** Written as on a 24-hour clock, but a word for the part of the day may still move it. */
        WRITTEN,
        /** One of two times, twelve hours apart. */
        OPEN
    }

    static Clock of(int hour, int minute, Reading reading) {
        return new Clock(hour, minute, 0, reading, minute == 0 ? Grain.HOUR : Grain.MINUTE, null);
    }

    Clock withGrain(Grain newGrain) {
        return new Clock(hour, minute, second, reading, newGrain, zone);
    }

    Clock withZone(ZoneId newZone) {
        return new Clock(hour, minute, second, reading, grain, newZone);
    }

    private Clock at(int newHour) {
        return new Clock(newHour, minute, second, Reading.CERTAIN, grain, zone);
    }

    boolean isTwelveHour() {
        return hour >= 1 && hour <= 12;
    }

    Clock meridiem(boolean pm) {
        return isTwelveHour() ? at(hour % 12 + (pm ? 12 : 0)) : at(hour);
    }

    /** This time in a part of the day: 7 in the evening is 19:00, 12 at night is 24:00, 2 at night stays 2:00. */
    Clock in(DayPart part) {
        if (reading == Reading.CERTAIN || !isTwelveHour()) {
            return this;
        }
        return switch (part) {
            case MORNING -> at(hour == 12 ? 0 : hour);
            case AFTERNOON -> at(hour == 12 || hour == 11 ? hour : hour + 12);
            case EVENING -> at(hour == 12 ? 24 : hour + 12);
            case NIGHT, TONIGHT -> at(hour == 12 ? 24 : hour <= 4 ? hour : hour + 12);
        };
    }

    /** The reading by day when nothing tells: 1 to 5 are in the afternoon. */
    Clock byDay() {
        return reading == Reading.OPEN ? at(hour <= 5 ? hour + 12 : hour) : this;
    }
}
