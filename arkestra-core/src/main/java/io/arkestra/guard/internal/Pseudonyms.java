package io.arkestra.guard.internal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The names that stand for values in one conversation. The same value has the same name there, in another conversation it has another.
 * Held in memory only; the conversations used longest ago are forgotten. Thread-safe.
 */
final class Pseudonyms {

    /** What a name begins with, whatever a model made of its brackets. */
    static final Pattern NAME = Pattern.compile(
            "\\\\?\\[\\s{0,2}\\\\?\\[\\s{0,2}([A-Za-z]{1,24}(?:[_ ][A-Za-z]{1,24}){0,3})[_ ](\\d{1,6})\\s{0,2}\\\\?\\]\\s{0,2}\\\\?\\]");

    /** A name, or what {@link #escaped} makes of a text that looks like one. */
    static final Pattern WRITTEN = Pattern.compile(NAME.pattern() + "|\u27e6([A-Za-z_ ]{1,80}\\d{1,6})\u27e7");

    private static final int MAX_CONVERSATIONS = 1_024;
    private static final int MAX_VALUES = 10_000;
    private static final String MASK = "***";

    private static final class Conversation {
        private final Map<String, String> nameOfTag = new HashMap<>();
        private final Map<String, String> valueOfName = new HashMap<>();
        private final Map<String, Integer> counts = new HashMap<>();
    }

    private final SecretKeySpec key;
    private final Map<String, Conversation> conversations = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Conversation> eldest) {
            return size() > MAX_CONVERSATIONS;
        }
    };

    Pseudonyms() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        key = new SecretKeySpec(bytes, "HmacSHA256");
    }

    /** The name of a value; a mask once a conversation has too many. */
    synchronized String of(String conversation, String type, String value) {
        Conversation known = conversations.computeIfAbsent(conversation, id -> new Conversation());
        String tag = tag(type, canonical(type, value));
        String name = known.nameOfTag.get(tag);
        if (name == null) {
            // What would end a string of JSON cannot be put back into one.
            boolean quotable = value.chars().noneMatch(c -> c == '"' || c == '\\' || c < ' ');
            if (known.nameOfTag.size() >= MAX_VALUES || !quotable) {
                return MASK;
            }
            name = type + "_" + known.counts.merge(type, 1, Integer::sum);
            known.nameOfTag.put(tag, name);
            known.valueOfName.put(name, value);
        }
        return "[[" + name + "]]";
    }

    /** The text with every name that this conversation gave turned back, and with what {@link #escaped} did undone. */
    synchronized String restored(String conversation, String text) {
        if (text.indexOf('[') < 0 && text.indexOf('\u27e6') < 0) {
            return text;
        }
        Conversation known = conversations.get(conversation);
        return WRITTEN.matcher(text).replaceAll(match -> {
            if (match.group(3) != null) {
                return Matcher.quoteReplacement("[[" + match.group(3) + "]]");
            }
            String name =
                    match.group(1).toUpperCase(Locale.ROOT).replace(' ', '_') + "_" + Integer.parseInt(match.group(2));
            String value = known == null ? null : known.valueOfName.get(name);
            return Matcher.quoteReplacement(value == null ? match.group() : value);
        });
    }

    /** Forgets every conversation whose id begins so. */
    synchronized void forget(String beginning) {
        conversations.keySet().removeIf(id -> id.startsWith(beginning));
    }

    /** What only looks like a name, in brackets that no name has. */
    static String escaped(String literal) {
        return "\u27e6" + literal.replaceAll("[\\[\\]\\\\]", "").strip() + "\u27e7";
    }

    private String tag(String type, String canonical) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            byte[] digest = mac.doFinal((type + ' ' + canonical).getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    /** Different writings of the same value get the same name. */
    private static String canonical(String type, String value) {
        return switch (type) {
            case "PHONE" -> {
                String digits = value.replaceAll("\\D", "");
                yield digits.length() == 11 && digits.charAt(0) == '8' ? "7" + digits.substring(1) : digits;
            }
            case "CREDIT_CARD", "RU_SNILS", "RU_PASSPORT", "US_SSN" -> value.replaceAll("\\D", "");
            case "IBAN" -> value.replaceAll("[\\s-]", "").toUpperCase(Locale.ROOT);
            default -> value.toLowerCase(Locale.ROOT);
        };
    }
}
