package io.arkestra.schedule.grammar.internal;

import io.arkestra.schedule.grammar.internal.RecurrenceRule.Frequency;

/** English words of time. */
final class EnglishWords {
    private EnglishWords() {}

    static void addTo(Lexicon words) {
        addCalendar(words);
        addNumbers(words);
        addUnits(words);
        addClock(words);
        addFunctionWords(words);
    }

    private static void addCalendar(Lexicon words) {
        words.count(
                Kind.WEEKDAY,
                1,
                "monday,mon tuesday,tue,tues wednesday,wed,weds thursday,thu,thur,thurs friday,fri saturday,sat sunday,sun");
        words.count(Kind.WEEKDAYS, 1, "mondays tuesdays wednesdays thursdays fridays saturdays sundays");
        words.count(Kind.WEEKDAY, 1, "mondays tuesdays wednesdays thursdays fridays saturdays sundays");
        words.count(
                Kind.MONTH,
                1,
                "january,jan february,feb march,mar april,apr may june,jun july,jul august,aug september,sep,sept"
                        + " october,oct november,nov december,dec");
        words.add(Kind.WEAK, 0, "mon wed sat sun mar may march dec jan jun");
        words.add(Kind.DAY, 0, "today").add(Kind.DAY, 1, "tomorrow tomorrows tomorrow's tmr tmrw");
        words.add(Kind.DAY, -1, "yesterday yesterday's");
        words.add(Kind.WORKDAYS, 0, "weekdays workdays").add(Kind.WEEKEND, 1, "weekends");
        words.add(Kind.WEEKEND, 0, "weekend");
        words.add(Kind.SHIFT, 0, "this current").add(Kind.SHIFT, 1, "next following");
        words.add(Kind.SHIFT, -1, "last past previous").add(Kind.COMING, 0, "coming upcoming");
        words.add(Kind.FEAST, 1225, "christmas xmas").add(Kind.FEAST, 1031, "halloween");
        words.add(Kind.FEAST, 214, "valentine's valentines");
        words.add(Kind.EVERY, 0, "every each");
        words.add(Kind.EDGE, -1, "beginning begin start")
                .add(Kind.EDGE, 0, "mid middle")
                .add(Kind.EDGE, 1, "end");
    }

    private static void addNumbers(Lexicon words) {
        words.count(
                Kind.CARDINAL,
                0,
                "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
                        + " seventeen eighteen nineteen twenty");
        words.count(
                Kind.ORDINAL,
                1,
                "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
                        + " fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth");
        String[] tens = "thirty forty,fourty fifty sixty seventy eighty ninety".split(" ");
        for (int i = 0; i < tens.length; i++) {
            words.add(Kind.CARDINAL, 30 + 10 * i, tens[i].replace(',', ' '));
        }
        words.add(Kind.CARDINAL, 100, "hundred").add(Kind.CARDINAL, 1000, "thousand");
        words.add(Kind.ORDINAL, 30, "thirtieth").add(Kind.QUARTERS, 2, "half").add(Kind.QUARTERS, 1, "quarter");
    }

    private static void addUnits(Lexicon words) {
        words.add(Kind.UNIT, Lexicon.unit(Grain.SECOND, 1), "second seconds sec secs s");
        words.add(Kind.UNIT, Lexicon.unit(Grain.MINUTE, 1), "minute minutes min mins m");
        words.add(Kind.UNIT, Lexicon.unit(Grain.HOUR, 1), "hour hours hr hrs h");
        words.add(Kind.UNIT, Lexicon.unit(Grain.DAY, 1), "day days d day's days'");
        words.add(Kind.UNIT, Lexicon.unit(Grain.WEEK, 1), "week weeks wk wks w week's");
        words.add(Kind.UNIT, Lexicon.unit(Grain.WEEK, 2), "fortnight fortnights fortnight's");
        words.add(Kind.UNIT, Lexicon.unit(Grain.MONTH, 1), "month months mo mos mon month's");
        words.add(Kind.UNIT, Lexicon.unit(Grain.QUARTER, 1), "quarter quarters qtr qtrs");
        words.add(Kind.UNIT, Lexicon.unit(Grain.YEAR, 1), "year years yr yrs y year's");
        words.add(Kind.UNIT, Lexicon.unit(Grain.YEAR, 10), "decade decades");
        words.add(Kind.FREQUENCY, Frequency.DAILY.ordinal(), "daily everyday nightly");
        words.add(Kind.FREQUENCY, Frequency.WEEKLY.ordinal(), "weekly");
        words.add(Kind.FREQUENCY, Frequency.MONTHLY.ordinal(), "monthly");
        words.add(Kind.FREQUENCY, Frequency.YEARLY.ordinal(), "yearly annually");
        words.add(Kind.FREQUENCY, Frequency.HOURLY.ordinal(), "hourly");
        words.add(Kind.DIRECTION, -1, "ago earlier back").add(Kind.DIRECTION, 1, "later hence");
    }

    private static void addClock(Lexicon words) {
        words.add(Kind.PART, DayPart.MORNING.ordinal(), "morning mornings");
        words.add(Kind.PART, DayPart.AFTERNOON.ordinal(), "afternoon afternoons");
        words.add(Kind.PART, DayPart.EVENING.ordinal(), "evening evenings");
        words.add(Kind.PART, DayPart.NIGHT.ordinal(), "night nights");
        words.add(Kind.MERIDIEM, 0, "am a").add(Kind.MERIDIEM, 1, "pm p");
        words.add(Kind.CLOCK, 12, "noon midday").add(Kind.CLOCK, 0, "midnight");
        words.add(Kind.ZONE, 0, "gmt utc").add(Kind.ZONE, 60, "cet bst").add(Kind.ZONE, 120, "cest eet");
        words.add(Kind.ZONE, 180, "msk eest").add(Kind.ZONE, -300, "est cdt").add(Kind.ZONE, -240, "edt");
        words.add(Kind.ZONE, -360, "cst mdt").add(Kind.ZONE, -420, "mst pdt").add(Kind.ZONE, -480, "pst");
    }

    private static void addFunctionWords(Lexicon words) {
        words.add(Kind.PREPOSITION, 0, "at on in by for from the around about till until since of during before after");
        words.add(Kind.PREPOSITION, 0, "approximately sometime");
        words.add(
                Kind.LABEL,
                0,
                "version v ver release flight room chapter page section line gate number no bus route channel level"
                        + " grade size score ratio episode season apartment apt floor step build java python issue"
                        + " ticket tel phone code vs");
        words.add(
                Kind.COUNTED,
                0,
                "percent pct people persons times euros euro dollars dollar usd eur rub rubles pounds points degrees"
                        + " km kg mph meters metres miles pages items pieces students friends dogs cats books tickets"
                        + " cents century place floor grade edition anniversary round");
    }
}
