package io.arkestra.guard.pii.internal;

import java.util.HashMap;
import java.util.Map;

/**
 * How many digits an international number has, country code included. It tells where a number ends when other digits follow.
 *
 * @param minDigits the fewest that are taken for a number
 * @param usualDigits from here on a space ends the number
 * @param maxDigits the most
 */
record CountryCode(int minDigits, int usualDigits, int maxDigits) {

    /** E.164 allows 15. */
    private static final CountryCode UNKNOWN = new CountryCode(9, 11, 15);

    private static final Map<String, CountryCode> KNOWN = new HashMap<>();

    static {
        for (String code : "1 7 33 34 40 41 48 31 36 46 373 374 993".split(" ")) {
            KNOWN.put(code, exactly(11));
        }
        for (String code : "375 380 992 994 995 996 998 420 421 44 90 91 886 961".split(" ")) {
            KNOWN.put(code, exactly(12));
        }
        for (String code : "45 47 65 372 371".split(" ")) {
            KNOWN.put(code, new CountryCode(10, 10, 11));
        }
        KNOWN.put("86", exactly(13));
        KNOWN.put("55", exactly(13));
    }

    private static CountryCode exactly(int digits) {
        return new CountryCode(digits - 1, digits, digits);
    }

    /** The longest known code that the digits start with; codes are prefix-free, so any match is the right one. */
    static CountryCode of(String digits) {
        for (int length = 1; length <= 3; length++) {
            CountryCode known = KNOWN.get(digits.substring(0, Math.min(length, digits.length())));
            if (known != null) {
                return known;
            }
        }
        return UNKNOWN;
    }
}
