package io.arkestra.guard.pii.internal;

import java.util.List;

/**
 * Payment card numbers: ISO/IEC 7812 check digit (Luhn), a known issuer prefix with a length that issuer uses, and the grouping that
 * cards are written in. Next to a word for cards, any prefix and Maestro's 12 digits are taken as well.
 */
final class CardRule extends NumberRule {

    private static final int MIN_DIGITS = 12;
    private static final int MAX_DIGITS = 19;

    /** Shorter numbers are as often barcodes and parcel numbers, one in ten of which passes the check digit. */
    private static final int MIN_TELLING_DIGITS = 15;

    private static final ContextWords WORDS = new ContextWords(
            "cards?|cc|credit|debit|visa|mastercard|maestro|amex|карт\\p{L}{0,4}|мир|виза|маэстро",
            "orders?|track\\p{L}*|parcel|invoice|barcode|ean|imei|ticket|uuid|заказ\\p{L}*|трек\\p{L}*|посылк\\p{L}*"
                    + "|накладн\\p{L}*|сч[её]т\\p{L}*|фактур\\p{L}*|штрих\\p{L}*|артикул\\p{L}*|огрн\\p{L}*|инн");

    private record Issuer(int firstPrefix, int lastPrefix, int minDigits, int maxDigits) {

        boolean issues(String digits) {
            int prefix = Integer.parseInt(
                    digits.substring(0, Integer.toString(firstPrefix).length()));
            return prefix >= firstPrefix
                    && prefix <= lastPrefix
                    && digits.length() >= minDigits
                    && digits.length() <= maxDigits;
        }
    }

    private static final List<Issuer> ISSUERS = List.of(
            // Visa
            new Issuer(4, 4, 13, 13),
            new Issuer(4, 4, 16, 16),
            new Issuer(4, 4, 19, 19),
            // Mastercard
            new Issuer(51, 55, 16, 16),
            new Issuer(2221, 2720, 16, 16),
            // Mir
            new Issuer(2200, 2204, 16, 19),
            // American Express
            new Issuer(34, 34, 15, 15),
            new Issuer(37, 37, 15, 15),
            // Diners Club
            new Issuer(300, 305, 14, 19),
            new Issuer(3095, 3095, 14, 19),
            new Issuer(36, 36, 14, 19),
            new Issuer(38, 39, 14, 19),
            // JCB; the last two are its old 15-digit range
            new Issuer(3528, 3589, 16, 19),
            new Issuer(1800, 1800, 15, 15),
            new Issuer(2131, 2131, 15, 15),
            // UnionPay
            new Issuer(62, 62, 16, 19),
            new Issuer(81, 81, 16, 19),
            // Discover, Maestro, Troy, RuPay, Verve
            new Issuer(50, 50, 13, 19),
            new Issuer(56, 61, 13, 19),
            new Issuer(63, 69, 13, 19),
            new Issuer(979, 979, 16, 16));

    @Override
    String type() {
        return "CREDIT_CARD";
    }

    @Override
    String id() {
        return "card";
    }

    @Override
    int minDigits() {
        return MIN_DIGITS;
    }

    @Override
    int judge(NumberRun run) {
        if (run.plus() || run.gluedBefore()) {
            return 0;
        }
        for (int groups = run.count(); groups > 0; groups--) {
            int total = run.total(groups);
            if (total >= MIN_DIGITS && total <= MAX_DIGITS && isCard(run, groups)) {
                return groups;
            }
        }
        return 0;
    }

    private static boolean isCard(NumberRun run, int groups) {
        if (run.gluedAfter(groups) || !groupedAsCard(run, groups)) {
            return false;
        }
        String digits = run.digits(groups);
        if (!passesLuhn(digits)) {
            return false;
        }
        ContextWords.Sense sense = WORDS.lastIn(run.before());
        if (sense == ContextWords.Sense.FOR) {
            return true;
        }
        if (digits.length() < MIN_TELLING_DIGITS && sense == ContextWords.Sense.AGAINST) {
            return false;
        }
        return !run.insideIban() && ISSUERS.stream().anyMatch(issuer -> issuer.issues(digits));
    }

    private static boolean groupedAsCard(NumberRun run, int groups) {
        for (int group = 0; group < groups; group++) {
            boolean last = group == groups - 1;
            if (groups > 1 && (run.length(group) > 6 || run.length(group) < (last ? 1 : 4))) {
                return false;
            }
            if (!last && (run.separator(group) != run.separator(0) || " -".indexOf(run.separator(group)) < 0)) {
                return false;
            }
        }
        return true;
    }

    static boolean passesLuhn(String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int weighted = i % 2 == 0 ? digit : digit * 2;
            sum += weighted > 9 ? weighted - 9 : weighted;
        }
        return sum % 10 == 0;
    }
}
