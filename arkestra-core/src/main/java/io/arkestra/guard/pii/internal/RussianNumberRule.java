package io.arkestra.guard.pii.internal;

/**
 * Russian numbers of persons and companies by their check digits: INN (10 and 12 digits), OGRN and OGRNIP (13 and 15), SNILS (11). One
 * number in eleven passes such a check, so a word has to say what it is; SNILS in its usual writing needs none.
 */
final class RussianNumberRule extends NumberRule {

    /** What a rule of this family looks for. */
    enum Kind {
        INN("инн|inn|налогоплательщик\\p{L}*|tin"),
        OGRN("огрн\\p{L}*|ogrn\\p{L}*|регистрационн\\p{L}*"),
        SNILS("снилс|snils|страхов\\p{L}*|пенсионн\\p{L}*|сс");

        private final ContextWords words;

        Kind(String words) {
            this.words = new ContextWords(words, "заказ\\p{L}*|трек\\p{L}*|верси\\p{L}*|order|track|version|id|uuid");
        }
    }

    private static final int[] INN_10 = {2, 4, 10, 3, 5, 9, 4, 6, 8};
    private static final int[] INN_11 = {7, 2, 4, 10, 3, 5, 9, 4, 6, 8};
    private static final int[] INN_12 = {3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8};

    private final Kind kind;

    RussianNumberRule(Kind kind) {
        this.kind = kind;
    }

    @Override
    String type() {
        return "RU_" + kind;
    }

    @Override
    String id() {
        return "ru-" + kind.name().toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    int minDigits() {
        return 10;
    }

    @Override
    int judge(NumberRun run) {
        if (run.plus() || run.gluedBefore()) {
            return 0;
        }
        for (int groups = Math.min(run.count(), 5); groups > 0; groups--) {
            if (!run.gluedAfter(groups) && isValid(run, groups)) {
                return groups;
            }
        }
        return 0;
    }

    private boolean isValid(NumberRun run, int groups) {
        int total = run.total(groups);
        if (total < 10 || total > 15) {
            return false;
        }
        String digits = run.digits(groups);
        boolean valid = switch (kind) {
            case INN -> isInn(digits);
            case OGRN -> isOgrn(digits);
            case SNILS -> isSnils(digits);
        };
        if (!valid) {
            return false;
        }
        boolean usual = kind == Kind.SNILS
                && groups == 4
                && run.hasLengths(3, 3, 3, 2)
                && run.separator(0) == '-'
                && run.separator(1) == '-';
        return usual || kind.words.lastIn(run.before()) == ContextWords.Sense.FOR;
    }

    private static boolean isInn(String digits) {
        if (digits.length() == 10) {
            return checks(digits, INN_10, 9);
        }
        return digits.length() == 12 && checks(digits, INN_11, 10) && checks(digits, INN_12, 11);
    }

    private static boolean checks(String digits, int[] weights, int position) {
        int sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i] * (digits.charAt(i) - '0');
        }
        return sum % 11 % 10 == digits.charAt(position) - '0';
    }

    private static boolean isOgrn(String digits) {
        int length = digits.length();
        if (length != 13 && length != 15) {
            return false;
        }
        long head = Long.parseLong(digits.substring(0, length - 1));
        return head % (length - 2) % 10 == digits.charAt(length - 1) - '0';
    }

    private static boolean isSnils(String digits) {
        if (digits.length() != 11) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < 9; i++) {
            sum += (9 - i) * (digits.charAt(i) - '0');
        }
        return sum % 101 % 100 == Integer.parseInt(digits.substring(9));
    }
}
