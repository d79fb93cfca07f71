package io.arkestra.guard.internal;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.config.internal.SettingsFile;
import io.arkestra.guard.profanity.internal.Level;
import io.arkestra.guard.scan.internal.Recogniser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Reads {@code guard.yaml}. What the file leaves out is as shipped. */
public final class GuardFile {

    private static final String SCHEMA = "guard.schema.json";

    /** What a recogniser of names finds, whether it is configured yet or not. */
    private static final Set<String> NAMES = Set.of("PERSON", "LOCATION", "ORGANIZATION", "DATE");

    /** Characters of the worst text that a rule is tried on, and how long it may take for them. */
    private static final int TRIAL = 20_000;

    private static final long MOST_NANOS = 100_000_000L;
    private static final int TRIALS = 5;

    private final SettingsFile file;
    private final Json json;

    private GuardFile(SettingsFile file) {
        this.file = file;
        this.json = file.json();
    }

    /** Without a recogniser of types of its own. */
    public static GuardSettings read(Path path) {
        return read(path, List.of());
    }

    /**
     * @param names types that a recogniser finds besides what the rules find
     * @throws ConfigException telling everything that is wrong, each with its place and what is allowed there
     */
    public static GuardSettings read(Path path, List<String> names) {
        if (!Files.isRegularFile(path)) {
            throw new ConfigException("There is no guard file " + path
                    + "; write one, or take guard.file out of the configuration to guard as shipped");
        }
        GuardFile file = new GuardFile(SettingsFile.read(path, GuardFile.class, SCHEMA));
        GuardSettings settings = file.settings(names);
        file.file.check();
        return settings;
    }

    private GuardSettings settings(List<String> names) {
        GuardSettings shipped = GuardSettings.defaults();
        List<CustomRule> rules = rules();
        return new GuardSettings(
                actions(shipped, types(rules, names)),
                json.get("regions").map(GuardFile::texts).orElse(shipped.regions()),
                json.string("profanity")
                        .map(level -> Level.valueOf(level.toUpperCase(Locale.ROOT)))
                        .orElse(shipped.profanity()),
                lower("/allow/words"),
                lower("/allow/values"),
                rules);
    }

    private static List<String> texts(Json list) {
        return list.items().stream().map(Json::asString).toList();
    }

    private Set<String> lower(String pointer) {
        return json.at(pointer).map(GuardFile::texts).orElse(List.of()).stream()
                .map(text -> text.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }

    /** Everything that an action may be given for. */
    private static Set<String> types(List<CustomRule> rules, List<String> names) {
        Set<String> types = new TreeSet<>(NAMES);
        types.addAll(names);
        types.add(GuardSettings.PII);
        for (Recogniser recogniser : RuleSet.of(GuardSettings.defaults()).recognisers()) {
            types.addAll(recogniser.types());
        }
        types.remove(LiteralNameRule.TYPE);
        rules.forEach(rule -> types.add(rule.type()));
        return types;
    }

    private Map<Channel, Map<String, Action>> actions(GuardSettings shipped, Set<String> types) {
        Map<Channel, Map<String, Action>> actions = new EnumMap<>(Channel.class);
        actions.putAll(shipped.actions());
        for (Channel channel : Channel.values()) {
            String at = "/actions/" + channel.key();
            Map<String, Action> table = new TreeMap<>(actions.getOrDefault(channel, Map.of()));
            json.at(at).map(Json::members).orElse(Map.of()).forEach((type, action) -> {
                if (!types.contains(type)) {
                    file.problem(
                            at + "/" + type,
                            "'" + type + "' is no type of value; allowed here: " + String.join(", ", types));
                }
                table.put(type, Action.valueOf(action.asString().toUpperCase(Locale.ROOT)));
            });
            actions.put(channel, table);
        }
        return actions;
    }

    private List<CustomRule> rules() {
        List<CustomRule> rules = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        List<Json> items = json.get("rules").map(Json::items).orElse(List.of());
        for (int i = 0; i < items.size(); i++) {
            Json rule = items.get(i);
            String at = "/rules/" + i;
            if (!ids.add(rule.text("id"))) {
                file.problem(at + "/id", "the rule '" + rule.text("id") + "' is given twice; expected each id once");
            }
            try {
                Pattern pattern = Pattern.compile(rule.text("pattern"));
                check(rule, at, pattern);
                rules.add(new CustomRule(rule.text("id"), rule.text("type"), pattern));
            } catch (PatternSyntaxException e) {
                file.problem(at + "/pattern", "the pattern is not one that RE2 understands: " + e.getMessage());
            }
        }
        return rules;
    }

    private void check(Json rule, String at, Pattern pattern) {
        if (!pattern.matcher(rule.text("example")).find()) {
            file.problem(
                    at + "/example",
                    "the rule '" + rule.text("id") + "' finds nothing in its example; change one of them");
        }
        if (pattern.matcher(rule.text("counterExample")).find()) {
            file.problem(
                    at + "/counterExample",
                    "the rule '" + rule.text("id") + "' finds something in its counter-example; change one of them");
        }
        if (pattern.matcher("").matches()) {
            file.problem(
                    at + "/pattern",
                    "the pattern of '" + rule.text("id") + "' finds nothing everywhere; expected at least a character");
        }
        String worst = rule.text("example").repeat(TRIAL / rule.text("example").length() + 1);
        long best = Long.MAX_VALUE;
        for (int trial = 0; trial < TRIALS && best > MOST_NANOS; trial++) {
            long start = System.nanoTime();
            pattern.matcher(worst).replaceAll("");
            best = Math.min(best, System.nanoTime() - start);
        }
        if (best > MOST_NANOS) {
            file.problem(
                    at + "/pattern",
                    "the pattern of '" + rule.text("id") + "' takes " + best / 1_000_000 + " ms for " + TRIAL
                            + " characters; expected at most " + MOST_NANOS / 1_000_000 + ": make it simpler");
        }
    }
}
