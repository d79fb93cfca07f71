package io.arkestra.policy.rules.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Remember;
import io.arkestra.tool.Platform;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a file of rules. Whatever is not understood is an error: a slip of the pen must not open a door. */
public final class RuleReader {
    /** The keys that a rule may be matched by. */
    static final List<String> KEYS = List.of(
            "tool",
            "capability",
            "args",
            "path",
            "cwd",
            "domain",
            "port",
            "method",
            "risk",
            "user",
            "session",
            "agent",
            "provenance",
            "taint",
            "sandbox",
            "trust",
            "time",
            "rate");

    private static final List<String> RULE_KEYS = List.of("id", "match", "when", "effect", "remember", "obligations");
    private static final List<String> EFFECTS = List.of("allow", "ask", "deny");
    private static final List<String> OBLIGATIONS = List.of(Decision.SHOW_FULL_ARGUMENTS, Decision.NO_REMEMBER);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern TOOL = Pattern.compile("[a-z0-9_.*?-]{1,64}");
    private static final Pattern CAPABILITY = Pattern.compile("[a-z][a-z0-9_.-]{0,63}");
    private static final Pattern BOUND_ARGUMENT = Pattern.compile("args(\\.[A-Za-z_][A-Za-z0-9_-]*)?");
    private static final Duration LONGEST_MEMORY = Duration.ofDays(365);

    private final Layer layer;
    private final RuleText text;
    private final ArgumentKeys arguments;
    private final TargetKeys targets;
    private final FactKeys facts;
    private final TimeKeys times;
    private final Map<String, Integer> lines = new HashMap<>();

    private RuleReader(Layer layer, String name, String written, Path home, Platform platform) {
        this.layer = layer;
        text = new RuleText(name, written);
        arguments = new ArgumentKeys(text);
        targets = new TargetKeys(text, home, platform);
        facts = new FactKeys(text);
        times = new TimeKeys(text);
    }

    /**
     * Reads rules on this machine, for the user that runs this process.
     *
     * @param name of the file, for messages
     * @throws ConfigException telling everything that is wrong, each with its place and what is allowed there
     */
    public static RuleSet read(Layer layer, String name, String written) {
        return read(layer, name, written, Path.of(System.getProperty("user.home", "/")), Platform.current());
    }

    static RuleSet read(Layer layer, String name, String written, Path home, Platform platform) {
        return new RuleReader(layer, name, written, home, platform).ruleSet(name);
    }

    private RuleSet ruleSet(String name) {
        Map<String, Json> top = text.mapping("", text.json(), List.of("version", "defaults", "rules"));
        Json version = top.getOrDefault("version", Json.NULL);
        if (!version.equals(Json.of(1))) {
            text.wrong(top.containsKey("version") ? "/version" : "", version, "version: 1");
        }
        Decision.@Nullable Effect standard =
                Optional.ofNullable(top.get("defaults")).map(this::standard).orElse(null);
        List<Rule> rules = new ArrayList<>();
        Json list = top.getOrDefault("rules", Json.emptyArray());
        if (list.isArray()) {
            for (int i = 0; i < list.size(); i++) {
                rule("/rules/" + i, list.at(i)).ifPresent(rules::add);
            }
        } else {
            text.wrong("/rules", list, "a list of rules, each with id, match and effect");
        }
        text.file().check();
        return new RuleSet(layer, name, standard, rules);
    }

    private Decision.@Nullable Effect standard(Json defaults) {
        Map<String, Json> members = text.mapping("/defaults", defaults, List.of("effect"));
        Json effect = members.getOrDefault("effect", Json.NULL);
        // A standard of allow would open every door that nobody thought of.
        return text.word("/defaults/effect", effect, List.of("ask", "deny"))
                .map(RuleReader::effect)
                .orElse(null);
    }

    private static Decision.Effect effect(String word) {
        return Decision.Effect.valueOf(word.toUpperCase(Locale.ROOT));
    }

    private Optional<Rule> rule(String at, Json json) {
        Map<String, Json> members = text.mapping(at, json, RULE_KEYS);
        if (!json.isObject()) {
            return Optional.empty();
        }
        String id = id(at, members.getOrDefault("id", Json.NULL));
        Matching matching = new Matching();
        Json match = members.getOrDefault("match", Json.NULL);
        if (match.isObject() && !match.members().isEmpty()) {
            read(at + "/match", match, matching);
        } else {
            text.wrong(at + "/match", match, "at least one of: " + String.join(", ", KEYS));
        }
        Json when = members.get("when");
        if (when != null) {
            read(at + "/when", when, matching);
        }
        Json written = members.getOrDefault("effect", Json.NULL);
        Optional<Decision.Effect> effect =
                text.word(at + "/effect", written, EFFECTS).map(RuleReader::effect);
        Set<String> obligations = Optional.ofNullable(members.get("obligations"))
                .<Set<String>>map(words -> new LinkedHashSet<>(text.words(at + "/obligations", words, OBLIGATIONS)))
                .orElse(Set.of());
        @Nullable Remember remember = null;
        Json remembered = members.get("remember");
        if (remembered != null) {
            remember = remember(at + "/remember", remembered).orElse(null);
            if (effect.isPresent() && effect.get() != Decision.Effect.ASK) {
                text.file().keyProblem(at + "/remember", "'remember' stands in a rule that does not ask; remove it");
            }
            if (obligations.contains(Decision.NO_REMEMBER)) {
                text.file().keyProblem(at + "/remember", "'remember' stands beside no_remember; remove one of them");
            }
        }
        if (effect.isEmpty() || !text.file().clean()) {
            return Optional.empty(); // the file is refused as a whole
        }
        return Optional.of(new Rule(
                id,
                layer,
                text.file().place(at),
                text.file().line(at),
                matching.tools,
                matching.capabilities,
                matching.conditions,
                effect.get(),
                remember,
                obligations));
    }

    private String id(String at, Json found) {
        if (!found.isString() || !ID.matcher(found.asString()).matches()) {
            text.wrong(at + "/id", found, "a name of letters, digits, - . and _, at most 64 characters");
            return "";
        }
        Integer first = lines.putIfAbsent(found.asString(), text.file().line(at + "/id"));
        if (first != null) {
            text.file()
                    .problem(
                            at + "/id",
                            "the rule '" + found.asString() + "' is given twice; the first is in line " + first
                                    + "; expected each id once");
        }
        return found.asString();
    }

    private Optional<Remember> remember(String at, Json found) {
        Map<String, Json> members = text.mapping(at, found, List.of("scope", "max", "bind"));
        Optional<String> scope =
                text.word(at + "/scope", members.getOrDefault("scope", Json.NULL), List.of("session", "user"));
        Optional<Duration> max = text.duration(at + "/max", members.getOrDefault("max", Json.NULL), LONGEST_MEMORY);
        List<String> bind = new ArrayList<>();
        Json bound = members.getOrDefault("bind", Json.NULL);
        String expected = "names of: tool, args, args.NAME, argv0, cwd, path, domain, recipient";
        for (String name : text.texts(at + "/bind", bound, expected)) {
            if (name.equals("argv0")) {
                bind.add("args.argv");
            } else if (List.of("cwd", "path", "domain", "recipient").contains(name)
                    || BOUND_ARGUMENT.matcher(name).matches()) {
                bind.add(name);
            } else if (!name.equals("tool")) { // a grant is for one tool anyway
                text.wrong(at + "/bind", Json.of(name), expected);
            }
        }
        return scope.isPresent() && max.isPresent()
                ? Optional.of(
                        new Remember(Remember.Scope.valueOf(scope.get().toUpperCase(Locale.ROOT)), max.get(), bind))
                : Optional.empty();
    }

    /** What a rule is about, as far as it was read. */
    private static final class Matching {
        private List<String> tools = List.of();
        private Set<String> capabilities = Set.of();
        private final List<Condition> conditions = new ArrayList<>();
    }

    private void read(String at, Json block, Matching matching) {
        if (!block.isObject()) {
            text.wrong(at, block, "a mapping with keys of: " + String.join(", ", KEYS));
            return;
        }
        List<String> known = new ArrayList<>(KEYS);
        block.members().keySet().stream().filter(key -> key.startsWith("args.")).forEach(known::add);
        text.mapping(at, block, known).forEach((key, value) -> key(RuleText.child(at, key), key, value, matching));
    }

    private void key(String at, String key, Json value, Matching matching) {
        switch (key) {
            case "tool" -> matching.tools = once(at, matching.tools, tools(at, value));
            case "capability" ->
                matching.capabilities =
                        Set.copyOf(once(at, List.copyOf(matching.capabilities), capabilities(at, value)));
            case "args" -> matching.conditions.addAll(arguments.read(at, value));
            case "path", "cwd" -> targets.path(key, at, value).ifPresent(matching.conditions::add);
            case "domain" -> targets.domain(at, value).ifPresent(matching.conditions::add);
            case "port" -> targets.port(at, value).ifPresent(matching.conditions::add);
            case "method" -> targets.method(at, value).ifPresent(matching.conditions::add);
            case "risk" -> facts.risk(at, value).ifPresent(matching.conditions::add);
            case "user" ->
                facts.ids(key, at, value, scope -> Optional.of(scope.user().value()))
                        .ifPresent(matching.conditions::add);
            case "session" ->
                facts.ids(key, at, value, scope -> scope.session().map(Object::toString))
                        .ifPresent(matching.conditions::add);
            case "agent" -> facts.agent(at, value).ifPresent(matching.conditions::add);
            case "provenance" -> facts.provenance(at, value).ifPresent(matching.conditions::add);
            case "taint" -> facts.taint(at, value).ifPresent(matching.conditions::add);
            case "sandbox" -> facts.sandbox(at, value).ifPresent(matching.conditions::add);
            case "trust" -> facts.trust(at, value).ifPresent(matching.conditions::add);
            case "time" -> times.time(at, value).ifPresent(matching.conditions::add);
            case "rate" -> times.rate(at, value).ifPresent(matching.conditions::add);
            default -> {
                if (key.startsWith("args.")) {
                    arguments
                            .argument(at, key.substring("args.".length()), value)
                            .ifPresent(matching.conditions::add);
                } // what is left was noted as unknown
            }
        }
    }

    private List<String> once(String at, List<String> before, List<String> now) {
        if (!before.isEmpty()) {
            text.file().keyProblem(at, "the key stands under match already; expected it once");
        }
        return now;
    }

    private List<String> tools(String at, Json value) {
        String expected = "a name of a tool such as fs.read, in which * stands for any characters, or a list";
        List<String> tools = text.texts(at, value, expected);
        for (String tool : tools) {
            if (!TOOL.matcher(tool).matches()) {
                text.wrong(at, Json.of(tool), expected);
            }
        }
        return tools;
    }

    private List<String> capabilities(String at, Json value) {
        String expected = "a capability such as fs.write, or a list";
        List<String> capabilities = text.texts(at, value, expected);
        for (String capability : capabilities) {
            if (!CAPABILITY.matcher(capability).matches()) {
                text.wrong(at, Json.of(capability), expected);
            }
        }
        return capabilities;
    }
}
