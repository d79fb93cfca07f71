package io.arkestra.guard;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** A value that a name beside it may make a secret, though it does not look like one. */
final class NamedValue {
    private static final String SECRET = "SECRET";
    private static final String MASK = "***";

    /** Names worth a second look; whether the value is a secret is the guard's decision. */
    private static final Pattern SUSPECT = anyCase("passw|passphrase|passcode|pwd|(?<!\\p{L})pass(?!\\p{L})|парол"
            + "|(?<!\\p{L})(?:pin|otp|пин)(?!\\p{L})|cvv|cvc"
            + "|secret|секрет|credential|creds|token(?!s?[_ -]?(?:count|limit|type|izer))|токен"
            + "|(?:api|access|account|auth|client|encryption|master|private|service|shared|signing|storage)[_ .-]?key"
            + "|(?<!\\p{L})ключ(?!ев)");

    /** Names of several words that the guard knows as they are spoken: {@code card_pin}. */
    private static final Pattern CODE = anyCase("(?<!\\p{L})(?:pin|otp|пин)(?!\\p{L})|cvv|cvc");

    private NamedValue() {}

    private static Pattern anyCase(String pattern) {
        return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    }

    static GuardResult inspect(Guard guard, String name, String value, GuardContext context) {
        GuardResult alone = guard.inspect(value, context);
        if (alone.blocked() || value.isBlank() || !SUSPECT.matcher(name).find()) {
            return alone;
        }
        String spoken = CODE.matcher(name).find() ? name.replace('_', ' ').toLowerCase(Locale.ROOT) : name;
        String before = spoken + ": \"";
        GuardResult named = guard.inspect(before + value.replace('"', '\'') + "\"", context);
        boolean more = named.findings().stream().anyMatch(finding -> isNew(finding, before.length(), alone));
        if (!more) {
            return alone;
        }
        GuardResult masked = GuardResult.of(MASK, List.of(GuardFinding.of(SECRET, 0, value.length(), "named-value")));
        return named.blocked() ? masked.asBlocked() : masked;
    }

    /** Whether it is a secret in the value that was not found without the name. */
    private static boolean isNew(GuardFinding finding, int offset, GuardResult alone) {
        return finding.type().equals(SECRET)
                && finding.end() > offset
                && alone.findings().stream()
                        .noneMatch(known -> known.type().equals(SECRET)
                                && known.start() <= Math.max(0, finding.start() - offset)
                                && known.end() >= finding.end() - offset);
    }
}
