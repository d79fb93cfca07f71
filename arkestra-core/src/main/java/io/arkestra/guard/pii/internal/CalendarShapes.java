package io.arkestra.guard.pii.internal;

/** Digit groups that are a date or a span of clock times. */
final class CalendarShapes {

    private CalendarShapes() {}

    /** How many groups at the start of the run are one date or one span of times; 0 if none. */
    static int groups(NumberRun run) {
        if (isDate(run)) {
            return 3;
        }
        if (isTimeSpan(run)) {
            return 4;
        }
        return isDayOfMonth(run) ? 2 : 0;
    }

    /** Day, month, year in either order of the first two, or year, month, day; not the head of a longer chain. */
    private static boolean isDate(NumberRun run) {
        if (run.count() < 3 || !isDotOrDash(run.separator(0)) || run.separator(1) != run.separator(0)) {
            return false;
        }
        boolean chain = run.count() > 3 && run.separator(2) == run.separator(0);
        if (chain || run.length(1) > 2) {
            return false;
        }
        if (run.length(0) == 4) {
            boolean year = run.value(0) >= 1900 && run.value(0) <= 2099;
            return year && run.length(2) <= 2 && isDayAndMonth(run, 2, 1);
        }
        boolean year = run.length(2) == 2 || run.length(2) == 4;
        return run.length(0) <= 2 && year && (isDayAndMonth(run, 0, 1) || isDayAndMonth(run, 1, 0));
    }

    /** {@code 10.30-11.00} or {@code 9-00 - 10-30}. */
    private static boolean isTimeSpan(NumberRun run) {
        if (run.count() < 4 || !isDotOrDash(run.separator(0)) || run.separator(2) != run.separator(0)) {
            return false;
        }
        boolean chain = run.separator(1) == run.separator(0) || run.count() > 4 && run.separator(3) == run.separator(0);
        return !chain && isClock(run, 0) && isClock(run, 2);
    }

    /** {@code 25.02}, with dots only, because dashes are common inside phone numbers. */
    private static boolean isDayOfMonth(NumberRun run) {
        boolean pair = run.count() >= 2 && run.separator(0) == '.' && run.length(0) <= 2 && run.length(1) == 2;
        boolean chain = run.count() > 2 && run.separator(1) == '.';
        return pair && !chain && isDayAndMonth(run, 0, 1);
    }

    private static boolean isClock(NumberRun run, int hour) {
        return run.length(hour) <= 2 && run.length(hour + 1) == 2 && run.value(hour) < 24 && run.value(hour + 1) < 60;
    }

    private static boolean isDayAndMonth(NumberRun run, int day, int month) {
        return run.value(day) >= 1 && run.value(day) <= 31 && run.value(month) >= 1 && run.value(month) <= 12;
    }

    private static boolean isDotOrDash(char separator) {
        return separator == '.' || separator == '-';
    }
}
