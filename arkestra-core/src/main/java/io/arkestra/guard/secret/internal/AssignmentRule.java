package io.arkestra.guard.secret.internal;

import io.arkestra.guard.scan.internal.Block;
import io.arkestra.guard.scan.internal.KeywordHits;
import io.arkestra.guard.scan.internal.Recogniser;
import java.util.BitSet;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values that a word calls a password, a PIN, a card's check number or a key: {@code db_pass = "…"}, "my PIN is …", «пароль от почты: …».
 * For a password any value will do that no word could be; for a key it has to look random.
 */
final class AssignmentRule implements Recogniser {

    private static final int REACH = 96;

    private static final List<String> PASSWORD_WORDS = List.of("pass", "pwd", "_pw", "парол", "passwort", "contrase");
    private static final List<String> CODE_WORDS =
            List.of("pin", "пин", "cvv", "cvc", "otp", "код безопасности", "security code", "одноразов");
    private static final List<String> KEY_WORDS =
            List.of("key", "token", "secret", "credential", "creds", "auth", "bearer", "токен", "ключ", "секрет");

    private static final String LINK =
            "[\"'`]?\\s{0,3}(?::=|==|!=|=>|->|=|:|\\bis\\b|\\bwas\\b|\\bare\\b|это|будет|—|–|\\s-\\s|\\.assign\\()\\s{0,3}";
    private static final String VALUE =
            "(?:\"([^\"\\s]{3,200})\"?|'([^'\\s]{3,200})'?|`([^`\\s]{3,200})`?|([^\\s\"'`<(][^\\s\"'`]{2,200}))";

    private static final Pattern PASSWORD = anyCase(
            "(?:password|passwd|passphrase|passcode|passwort|pwd|_pw|pass(?![a-z])|парол[\\p{L}]{0,3}|contraseña)[\\w-]{0,24}+"
                    + "(?:\\s+(?:for|to|of|от|для|к|на)\\s+[^\\s:=]{1,30}(?:\\s[^\\s:=]{1,20})?)?" + LINK + VALUE);

    private static final Pattern BESIDE = anyCase(
            "(?<![\\p{L}\\d_])(?:password|passphrase|парол[ьяе]м?)(?:\\s(?:for|to|of|от|для|к|на)\\s[^\\s:=]{1,30})?\\s{1,2}([^\\s\"'`:=]{6,200})");

    private static final Pattern CODE = anyCase(
            "(?<![\\p{L}\\d_])(?:pin|пин|cvv2?|cvc2?|otp|код\\p{L}{0,2} безопасности|security code|одноразов\\p{L}{1,3} код)"
                    + "(?:[\\s-]{0,2}(?:codes?|код\\p{L}{0,2}|number|номер))?"
                    + "(?:\\s(?:for|of|to|on|от|для|на|к)\\s[^\\d:=]{1,40}?)?"
                    + "[\"']?\\s{0,2}(?:[:=—–-]|\\bis\\b|\\bwas\\b|это|будет)?\\s{0,2}[\"']?(\\d{3,8})(?![\\d\\p{L}]|[.,:]\\d)");

    private static final Pattern KEY = anyCase(
            "(?:key|token|secret|credentials?|creds|auth|токен|ключ|секрет)[\\p{L}\\d_-]{0,24}+(?:\\s(?!is\\b)[\\w.-]{2,24}){0,2}?"
                    + LINK + VALUE);

    private static final Pattern OPTION = anyCase("--?[\\w-]{0,30}(?:key|token|secret|password|pwd)\\s{1,2}" + VALUE);

    private static final Pattern HARMLESS_KEY = anyCase(
            "[\\w.-]{0,40}?(?:public|pub|primary|foreign|sort|cache|partition|hot|keyboard|key(?:word|board|name|code|id|store|stroke|size|length)"
                    + "|monkey|turkey|token(?:izer|s\\b|s?_?type|s?_?count|s?_?limit|_?file|_?url)|schema|csrf|xsrf|author|checksum|digest|hash|(?:key|secret|token)[_.-]?(?:id|name|file|path|url|type|size|length|version|vault)|keyvault|issuer)");

    private final BitSet passwordWords = new BitSet();
    private final BitSet codeWords = new BitSet();
    private final BitSet keyWords = new BitSet();

    AssignmentRule(ToIntFunction<String> number) {
        PASSWORD_WORDS.forEach(word -> passwordWords.set(number.applyAsInt(word)));
        CODE_WORDS.forEach(word -> codeWords.set(number.applyAsInt(word)));
        KEY_WORDS.forEach(word -> keyWords.set(number.applyAsInt(word)));
    }

    private static Pattern anyCase(String pattern) {
        return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    }

    @Override
    public List<String> types() {
        return List.of("SECRET");
    }

    @Override
    public boolean concerns(Block block) {
        return block.hits().size() > 0
                && block.length() >= 3
                && (block.digits() > 0 || block.has(Block.SIGN | Block.QUOTE | Block.AT));
    }

    @Override
    public void find(Block block, Found found) {
        KeywordHits hits = block.hits();
        int earliest = Math.max(block.left(), block.start() - REACH);
        int from = block.end();
        boolean password = false;
        boolean code = false;
        boolean key = false;
        for (int hit = 0; hit < hits.size(); hit++) {
            int word = hits.keyword(hit);
            boolean mine = passwordWords.get(word) || codeWords.get(word) || keyWords.get(word);
            if (mine && hits.end(hit) > earliest) {
                from = Math.min(from, hits.end(hit));
                password |= passwordWords.get(word);
                code |= codeWords.get(word);
                key |= keyWords.get(word);
            }
        }
        if (from == block.end()) {
            return;
        }
        int offset = Math.max(block.left(), from - 48);
        Scan scan = new Scan(block, found, block.text().text(offset, block.limit()), offset);
        if (password) {
            scan.each(PASSWORD, "password", Values::mayBePassword);
            scan.each(BESIDE, "password", Values::looksLikePassword);
        }
        if (code && block.digits() >= 3) {
            scan.each(CODE, "code", value -> true);
        }
        if (key && block.length() >= Values.MIN_KEY) {
            scan.keys();
        }
        if (key || password) {
            scan.each(OPTION, "option", Values::looksRandom);
        }
    }

    private record Scan(Block block, Found found, String text, int offset) {

        void each(Pattern pattern, String id, java.util.function.Predicate<String> accepted) {
            Matcher matcher = pattern.matcher(text);
            while (matcher.find()) {
                report(matcher, 1, id, accepted);
            }
        }

        void keys() {
            Matcher matcher = KEY.matcher(text);
            while (matcher.find()) {
                int start = matcher.start();
                while (start > 0 && isIdentifier(text.charAt(start - 1))) {
                    start--;
                }
                String name = text.substring(start, Math.min(text.length(), matcher.end()));
                if (!HARMLESS_KEY.matcher(name).lookingAt()) {
                    report(matcher, 1, "key", Values::looksRandom);
                }
            }
        }

        private static boolean isIdentifier(char c) {
            return c == '_' || c == '-' || c == '.' || Character.isLetterOrDigit(c);
        }

        private void report(Matcher matcher, int firstGroup, String id, java.util.function.Predicate<String> accepted) {
            for (int group = firstGroup; group <= matcher.groupCount(); group++) {
                if (matcher.start(group) < 0) {
                    continue;
                }
                boolean quoted = matcher.groupCount() > 1 && group < matcher.groupCount();
                String value = quoted ? matcher.group(group) : Values.trimmed(matcher.group(group));
                int start = offset + matcher.start(group);
                int end = start + value.length();
                boolean inside = end > block.start() && start < block.end();
                if (inside && !Values.isPlaceholder(value) && accepted.test(quoted ? "\"" + value : value)) {
                    found.value("SECRET", id, Math.max(start, block.start()), Math.min(end, block.end()));
                }
            }
        }
    }
}
