package io.arkestra.guard.pii.internal;

import io.arkestra.guard.pii.internal.ContextWords.Sense;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Phone numbers. By their shape alone: international ({@code +} or {@code 00} and a country code, ITU-T E.164), Russian with 8 or 7,
 * North American. Groups that are a valid national number of one of the regions (libphonenumber) too; other runs of 7 to 15 digits only
 * next to a word for phones. Dates, clock times, amounts and numbers that a word
 * calls something else are left alone.
 */
final class PhoneRule extends NumberRule {

    private static final int MIN_DIGITS = 7;
    private static final int MAX_DIGITS = 15;
    private static final int MAX_SOLID_DIGITS = 12;
    private static final int MAX_GROUPS = 6;
    private static final int MIN_NATIONAL = 9;

    private static final ContextWords WORDS = new ContextWords(
            "тел|телефон\\p{L}{0,3}|моб|мобильн\\p{L}{1,3}|сотов\\p{L}{1,3}|(?:по|пере|до|со)?звони\\p{L}{0,4}"
                    + "|звонок|наб(?:ери|рать|ирай)\\p{L}{0,2}|факс|смс|ватсап\\p{L}?|вотсап\\p{L}?|вайбер"
                    + "|tel|messages?|phones?|telephone|call(?:s|ed|ing)?|cell|cellphone|mobile|fax|dial|ring|sms|whatsapp|viber",
            "заказ\\p{L}*|трек\\p{L}*|посылк\\p{L}*|сч[её]т\\p{L}*|фактур\\p{L}*|накладн\\p{L}*|артикул\\p{L}*|верси\\p{L}*"
                    + "|инн|огрн\\p{L}*|снилс|кпп|бик|паспорт\\p{L}*|карт\\p{L}{0,4}|полис\\p{L}*|код\\p{L}{0,2}|сумм\\p{L}*|uuid|id"
                    + "|orders?|track\\p{L}*|parcel|invoice|ticket|version|build|commit|cards?|account|ssn|iban|passport|code|isbn|imei");

    /** What makes the number an amount or a measure. */
    private static final Pattern AMOUNT = Pattern.compile(
            "(?iu)\\s?(?:[₽$€£%]|(?:руб|р\\.|тыс|млн|usd|eur|rub|км|кг|шт|мин|сек|раз|байт|bytes|times|min|sec)).*|,\\d.*",
            Pattern.DOTALL);

    private static final Pattern AFTER_PHONE = Pattern.compile(
            "(?iu)[\\s,]{0,2}\\(?(?:office|fax|mobile|cell|ext|доб|моб|раб|факс)(?!\\p{L}{3}).*", Pattern.DOTALL);

    private final NationalNumbers national;

    /** @param regions two-letter codes of the countries whose national numbers are looked for */
    PhoneRule(List<String> regions) {
        this.national = new NationalNumbers(regions);
    }

    @Override
    String type() {
        return "PHONE";
    }

    @Override
    String id() {
        return "phone";
    }

    @Override
    int minDigits() {
        return MIN_DIGITS;
    }

    @Override
    int judge(NumberRun run) {
        if (run.gluedBefore()) {
            return 0;
        }
        if (run.plus()) {
            return international(run, 0);
        }
        int calendar = CalendarShapes.groups(run);
        if (calendar > 0) {
            return -calendar;
        }
        int groups = hasAccessCode(run) ? international(run, 2) : 0;
        if (groups == 0) {
            groups = russian(run);
        }
        if (groups == 0) {
            groups = northAmerican(run);
        }
        groups = groups == 0 ? besideWord(run) : groups;
        return groups == 0 ? nationalNumber(run) : groups;
    }

    /** Written in groups and valid in one of the regions. */
    private int nationalNumber(NumberRun run) {
        if (run.insideColumn()) {
            return 0;
        }
        if (run.count() < 2
                || run.count() == 2 && !run.bracketed(0) && run.digit(0, 0) != '0'
                || isInternetAddress(run)) {
            return 0;
        }
        if (run.count() < 2
                || areThousands(run)
                || areYears(run, run.count())
                || WORDS.lastIn(run.before()) == Sense.AGAINST) {
            return 0;
        }
        for (int groups = Math.min(run.count(), MAX_GROUPS); groups > 1; groups--) {
            int total = run.total(groups);
            boolean possible = total >= MIN_NATIONAL && total <= MAX_SOLID_DIGITS && !run.gluedAfter(groups);
            if (possible && !AMOUNT.matcher(run.after(groups)).matches() && national.isValid(run.digits(groups))) {
                return groups;
            }
        }
        return 0;
    }

    private static boolean isInternetAddress(NumberRun run) {
        return run.count() >= 4
                && run.separator(0) == '.'
                && run.separator(1) == '.'
                && run.separator(2) == '.'
                && run.value(0) < 256;
    }

    private static boolean areThousands(NumberRun run) {
        for (int group = 1; group < run.count(); group++) {
            if (run.length(group) != 3) {
                return false;
            }
        }
        return run.length(0) <= 3 && run.digit(0, 0) != '0' && !run.bracketed(0);
    }

    private static int international(NumberRun run, int accessDigits) {
        String digits = run.digits(run.count()).substring(accessDigits);
        if (digits.charAt(0) == '0') {
            return 0;
        }
        CountryCode country = CountryCode.of(digits);
        int best = 0;
        int total = -accessDigits;
        for (int groups = 1; groups <= run.count(); groups++) {
            boolean trunkZero = groups == 2 && run.length(1) == 1 && run.digit(1, 0) == '0' && run.bracketed(1);
            total += trunkZero ? 0 : run.length(groups - 1);
            if (total > country.maxDigits()) {
                break;
            }
            if (total >= country.minDigits()) {
                best = groups;
                if (total >= country.usualDigits() && groups < run.count() && run.separator(groups - 1) == ' ') {
                    break;
                }
            }
        }
        boolean oddButSolid = best == 0 && run.length(0) >= 10 && run.length(0) <= MAX_DIGITS;
        return oddButSolid ? 1 : best;
    }

    /** The double zero that many countries dial for a plus, written apart from the rest. */
    private static boolean hasAccessCode(NumberRun run) {
        return run.count() > 1
                && run.length(0) >= 3
                && run.length(0) <= 5
                && run.digit(0, 0) == '0'
                && run.digit(0, 1) == '0';
    }

    private static int russian(NumberRun run) {
        boolean trunk = run.digit(0, 0) == '7' || run.digit(0, 0) == '8';
        if (trunk && run.length(0) == 11) {
            boolean mobile = run.digit(0, 1) == '9';
            return mobile && !run.gluedAfter(1) && WORDS.lastIn(run.before()) != Sense.AGAINST ? 1 : 0;
        }
        if (trunk && run.length(0) == 1 && run.count() > 2) {
            boolean area = run.length(1) >= 3 && run.length(1) <= 5 && "34589".indexOf(run.digit(1, 0)) >= 0;
            return area ? groupsOf(run, 11) : 0;
        }
        if (run.length(0) < 3 || run.length(0) > 5 || run.count() < 2 || "3489".indexOf(run.digit(0, 0)) < 0) {
            return 0;
        }
        boolean dashed =
                run.length(0) == 3 && run.hasLengths(3, 3, 2, 2) && run.separator(2) == '-' && run.separator(1) == '-';
        return run.bracketed(0) || dashed ? groupsOf(run, 10) : 0;
    }

    /** How many groups have exactly so many digits and end there, else 0. */
    private static int groupsOf(NumberRun run, int digits) {
        for (int groups = 1; groups <= run.count(); groups++) {
            if (run.total(groups) == digits) {
                return run.gluedAfter(groups) ? 0 : groups;
            }
        }
        return 0;
    }

    private static int northAmerican(NumberRun run) {
        if (run.digit(0, 0) >= '2' && run.hasLengths(3, 3, 4) && !run.gluedAfter(3)) {
            boolean written =
                    run.bracketed(0) || run.separator(1) == '-' || run.separator(0) == '.' && run.separator(1) == '.';
            return written ? 3 : 0;
        }
        boolean longDistance = run.digit(0, 0) == '1' && run.hasLengths(1, 3, 3, 4) && run.separator(2) != ' ';
        return longDistance && !run.gluedAfter(4) ? 4 : 0;
    }

    private static int besideWord(NumberRun run) {
        int best = 0;
        for (int groups = 1; groups <= Math.min(run.count(), MAX_GROUPS); groups++) {
            int total = run.total(groups);
            if (total > MAX_DIGITS) {
                break;
            }
            if (total >= MIN_DIGITS && !run.gluedAfter(groups)) {
                best = groups;
                if (total >= 10 && groups < run.count() && run.separator(groups - 1) == ' ') {
                    break;
                }
            }
        }
        if (best == 0 || run.length(0) > MAX_SOLID_DIGITS || areYears(run, best)) {
            return 0;
        }
        String after = run.after(best);
        if (AMOUNT.matcher(after).matches()) {
            return 0;
        }
        Sense sense = WORDS.lastIn(run.before());
        boolean phone = sense == Sense.FOR
                || sense == Sense.NOTHING && AFTER_PHONE.matcher(after).matches();
        return phone ? best : 0;
    }

    private static boolean areYears(NumberRun run, int groups) {
        for (int group = 0; group < groups; group++) {
            if (run.length(group) != 4 || run.value(group) < 1900 || run.value(group) > 2099) {
                return false;
            }
        }
        return true;
    }
}
