package io.arkestra.guard.pii.internal;

import io.arkestra.guard.pii.internal.ContextWords.Sense;

/** United States social security numbers: three, two and four digits, of the ranges that are given out. */
final class SsnRule extends NumberRule {

    private static final int DIGITS = 9;

    private static final ContextWords WORDS = new ContextWords(
            "ssns?|social|security|ssid", "orders?|track\\p{L}*|zip|phone|tel|version|build|заказ\\p{L}*|тел\\p{L}*");

    @Override
    String type() {
        return "US_SSN";
    }

    @Override
    String id() {
        return "us-ssn";
    }

    @Override
    int minDigits() {
        return DIGITS;
    }

    @Override
    int judge(NumberRun run) {
        if (run.plus() || run.gluedBefore()) {
            return 0;
        }
        if (run.hasLengths(3, 2, 4) && run.separator(0) == run.separator(1) && !run.gluedAfter(3)) {
            Sense sense = WORDS.lastIn(run.before());
            boolean written = run.separator(0) == '-' && sense != Sense.AGAINST || sense == Sense.FOR;
            return written && isGiven(run.digits(3)) ? 3 : 0;
        }
        for (int groups = Math.min(2, run.count()); groups > 0; groups--) {
            if (run.total(groups) == DIGITS && !run.gluedAfter(groups) && WORDS.lastIn(run.before()) == Sense.FOR) {
                return isGiven(run.digits(groups)) ? groups : 0;
            }
        }
        return 0;
    }

    /** The two exceptions were printed on specimen cards. */
    private static boolean isGiven(String digits) {
        String area = digits.substring(0, 3);
        return !area.equals("000")
                && !area.equals("666")
                && area.charAt(0) != '9'
                && !digits.startsWith("00", 3)
                && !digits.endsWith("0000")
                && !digits.equals("078051120")
                && !digits.equals("219099999");
    }
}
