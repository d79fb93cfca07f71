package io.arkestra.guard.pii.internal;

import io.arkestra.guard.scan.internal.Block;
import io.arkestra.guard.scan.internal.Recogniser;
import io.arkestra.guard.scan.internal.TextWindow;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** International bank account numbers: ISO 13616 lengths by country and the check digits of ISO 7064 (mod 97). */
final class IbanRule implements Recogniser {

    private static final int MIN = 15;
    private static final int MAX = 34;

    private static final Map<String, Integer> LENGTHS = new HashMap<>();

    static {
        String lengths =
                "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 "
                        + "EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 "
                        + "LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 "
                        + "QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";
        for (String entry : lengths.split(" ")) {
            LENGTHS.put(entry.substring(0, 2), Integer.valueOf(entry.substring(2)));
        }
    }

    @Override
    public List<String> types() {
        return List.of("IBAN");
    }

    @Override
    public boolean concerns(Block block) {
        return block.digits() >= 4 && block.has(Block.LETTER) && block.length() >= MIN;
    }

    @Override
    public void find(Block block, Found found) {
        TextWindow text = block.text();
        for (int i = block.start(); i + MIN <= block.end(); i++) {
            if (isHead(text, i) && !isWord(text.at(i - 1))) {
                int end = end(text, i, block.end());
                if (end > 0) {
                    found.value("IBAN", "iban", i, end);
                    i = end - 1;
                }
            }
        }
    }

    private static boolean isHead(TextWindow text, int i) {
        return isLetter(text.at(i))
                && isLetter(text.at(i + 1))
                && NumberRun.isDigit(text.at(i + 2))
                && NumberRun.isDigit(text.at(i + 3));
    }

    /** The end of the account number at the offset, or 0. Single blanks or dashes may stand between its groups. */
    private static int end(TextWindow text, int start, int limit) {
        Integer length = LENGTHS.get(text.text(start, start + 2).toUpperCase(java.util.Locale.ROOT));
        if (length == null) {
            return 0;
        }
        StringBuilder digits = new StringBuilder(MAX);
        int i = start;
        while (i < limit && digits.length() < length) {
            char c = text.at(i);
            if (isLetter(c) || NumberRun.isDigit(c)) {
                digits.append(Character.toUpperCase(c));
            } else if (c != ' ' && c != '-' && c != '\u00a0' || !isWord(text.at(i + 1))) {
                return 0;
            }
            i++;
        }
        return digits.length() == length && !isWord(text.at(i)) && remainder(digits) == 1 && !goesOn(text, i, limit)
                ? i
                : 0;
    }

    /** Whether another group of the same writing follows, so that the number is longer than its country's. */
    private static boolean goesOn(TextWindow text, int end, int limit) {
        char separator = text.at(end);
        return end + 1 < limit && separator == '-' && isWord(text.at(end + 1));
    }

    private static int remainder(CharSequence iban) {
        int remainder = 0;
        for (int i = 0; i < iban.length(); i++) {
            int value = Character.digit(iban.charAt((i + 4) % iban.length()), 36);
            remainder = (value > 9 ? remainder * 100 + value : remainder * 10 + value) % 97;
        }
        return remainder;
    }

    private static boolean isLetter(char c) {
        return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
    }

    private static boolean isWord(char c) {
        return c == '_' || Character.isLetterOrDigit(c);
    }
}
