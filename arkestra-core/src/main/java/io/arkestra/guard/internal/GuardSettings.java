package io.arkestra.guard.internal;

import io.arkestra.guard.profanity.internal.Level;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the guard goes by. Immutable.
 *
 * @param actions for each channel the action by type of value or by family ({@code PII}, {@code SECRET}, {@code PROFANITY}); a type
 *     beats its family
 * @param regions two-letter codes of the countries whose national telephone numbers are looked for
 * @param profanity how much counts as profanity
 * @param allowedWords words that are never profanity
 * @param allowedValues values that are never touched, in any case
 * @param rules the host's own rules
 */
public record GuardSettings(
        Map<Channel, Map<String, Action>> actions,
        List<String> regions,
        Level profanity,
        Set<String> allowedWords,
        Set<String> allowedValues,
        List<CustomRule> rules) {

    /** All personal data. */
    public static final String PII = "PII";

    /** Passwords, keys, tokens. */
    public static final String SECRET = "SECRET";

    /** Obscene words. */
    public static final String PROFANITY = "PROFANITY";

    /** Addresses of the web are no personal data unless somebody says so. */
    public static final String URL = "URL";

    /** Where national telephone numbers are looked for unless set. */
    public static final List<String> REGIONS =
            List.of("RU", "US", "GB", "DE", "FR", "ES", "IT", "PL", "NL", "BE", "CH", "UA", "KZ", "BY", "AU");

    public GuardSettings {
        Map<Channel, Map<String, Action>> copy = new EnumMap<>(Channel.class);
        actions.forEach((channel, table) -> copy.put(channel, Collections.unmodifiableMap(new TreeMap<>(table))));
        actions = Collections.unmodifiableMap(copy);
        regions = List.copyOf(regions);
        allowedWords = Set.copyOf(allowedWords);
        allowedValues = Set.copyOf(allowedValues);
        rules = List.copyOf(rules);
    }

    /** What applies unless set. */
    public static GuardSettings defaults() {
        return new GuardSettings(defaultActions(), REGIONS, Level.STRONG, Set.of(), Set.of(), List.of());
    }

    /** Everything passes. */
    public static GuardSettings off() {
        return new GuardSettings(Map.of(), REGIONS, Level.OFF, Set.of(), Set.of(), List.of());
    }

    private static Map<Channel, Map<String, Action>> defaultActions() {
        Map<Channel, Map<String, Action>> actions = new EnumMap<>(Channel.class);
        for (Channel channel : Channel.values()) {
            actions.put(
                    channel,
                    Map.of(PII, Action.ALLOW, SECRET, Action.MASK, PROFANITY, Action.ALLOW, URL, Action.ALLOW));
        }
        actions.put(Channel.FROM_USER, Map.of(SECRET, Action.MASK));
        actions.put(Channel.TO_OWNER, Map.of(SECRET, Action.MASK, PROFANITY, Action.MASK));
        actions.put(Channel.TO_OTHERS, Map.of(PII, Action.MASK, SECRET, Action.MASK, PROFANITY, Action.MASK));
        actions.put(Channel.TO_REMOTE_MODEL, Map.of(PII, Action.PSEUDONYMISE, SECRET, Action.MASK));
        actions.put(Channel.TO_LOG, Map.of(PII, Action.MASK, SECRET, Action.MASK));
        return actions;
    }

    /** The same with one action changed. */
    public GuardSettings with(Channel channel, String type, Action action) {
        Map<Channel, Map<String, Action>> changed = new EnumMap<>(Channel.class);
        changed.putAll(actions);
        Map<String, Action> table = new TreeMap<>(actions.getOrDefault(channel, Map.of()));
        table.put(type, action);
        changed.put(channel, table);
        return new GuardSettings(changed, regions, profanity, allowedWords, allowedValues, rules);
    }

    /** The same with another level of profanity. */
    public GuardSettings withProfanity(Level level) {
        return new GuardSettings(actions, regions, level, allowedWords, allowedValues, rules);
    }

    /** What is done with a value of this type on this channel. */
    public Action action(Channel channel, String type) {
        Map<String, Action> table = actions.getOrDefault(channel, Map.of());
        Action own = table.get(type);
        if (own != null) {
            return own;
        }
        boolean personal = !type.equals(SECRET) && !type.equals(PROFANITY) && !type.equals(URL);
        return personal ? table.getOrDefault(PII, Action.ALLOW) : Action.ALLOW;
    }

    /** Whether some values get names on this channel. */
    boolean pseudonymises(Channel channel) {
        return actions.getOrDefault(channel, Map.of()).containsValue(Action.PSEUDONYMISE);
    }

    /** For people: what is done where, and what is not looked for. */
    public String describe() {
        StringBuilder text = new StringBuilder("rules for personal data, secrets and profanity (level ")
                .append(profanity.name().toLowerCase(Locale.ROOT))
                .append("), telephone numbers of ")
                .append(String.join(" ", regions));
        if (!rules.isEmpty()) {
            text.append(", own rules ")
                    .append(rules.stream().map(CustomRule::id).collect(Collectors.joining(" ")));
        }
        for (Channel channel : Channel.values()) {
            String done = actions.getOrDefault(channel, Map.of()).entrySet().stream()
                    .filter(entry -> entry.getValue() != Action.ALLOW)
                    .map(entry -> entry.getKey() + " " + entry.getValue().name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", "));
            text.append("; ").append(channel.key()).append(": ").append(done.isEmpty() ? "everything passes" : done);
        }
        return text.append("; names of people and places are not looked for").toString();
    }
}
