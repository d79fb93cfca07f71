package io.arkestra.config.internal;

import io.arkestra.common.Budget;
import io.arkestra.common.Json;
import io.arkestra.policy.Gate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What files, environment and system properties say: system properties beat environment variables, which beat {@code arkestra.yaml}.
 * Only what somebody set is here; defaults belong to the engine. Immutable.
 */
public final class Configuration {
    /** Name of the file in the home directory. */
    public static final String FILE = "arkestra.yaml";

    /** Keys of the section {@code memory} that the engine itself goes by; the others are the memory provider's. */
    public static final String[] ENGINE_MEMORY_KEYS = {
        "sleepAt", "idleAfter", "turnLimit", "sleepBudget", "sleepModelCalls", "exportTo", "promptRelevance"
    };

    private static final Configuration EMPTY = new Configuration(Map.of());

    private final Map<String, Setting> settings;

    /**
     * One value that somebody set.
     *
     * @param key section and key, for example {@code memory.sleepAt}
     * @param value valid against the schema
     * @param origin where it was set: file with line and column, or the variable or property
     */
    public record Setting(String key, Json value, String origin) {
        /** For people: the key, the value and where it comes from. */
        @Override
        public String toString() {
            return key + " = " + (value.isString() ? value.asString() : value) + " (" + origin + ")";
        }
    }

    private Configuration(Map<String, Setting> settings) {
        this.settings = settings;
    }

    /** Nothing set. */
    public static Configuration empty() {
        return EMPTY;
    }

    /**
     * Reads {@code arkestra.yaml} in the home directory, which need not be there, and what is set above it.
     *
     * @throws io.arkestra.common.ConfigException telling everything that is wrong, each with its place and what is allowed there
     */
    public static Configuration load(Path home, Map<String, String> systemProperties, Map<String, String> environment) {
        Path file = home.resolve(FILE);
        Map<String, Setting> settings = new LinkedHashMap<>();
        List<Problem> problems = new ArrayList<>();
        if (Files.exists(file)) {
            readFile(YamlDocument.read(file), settings, problems);
        }
        return overridden(settings, problems, systemProperties, environment);
    }

    /** What is set for an engine without a home directory. */
    public static Configuration load(Map<String, String> systemProperties, Map<String, String> environment) {
        return overridden(new LinkedHashMap<>(), new ArrayList<>(), systemProperties, environment);
    }

    private static Configuration overridden(
            Map<String, Setting> settings,
            List<Problem> problems,
            Map<String, String> systemProperties,
            Map<String, String> environment) {
        for (Overrides overrides :
                List.of(Overrides.ofVariables(environment), Overrides.ofProperties(systemProperties))) {
            settings.putAll(overrides.settings());
            problems.addAll(overrides.problems());
        }
        if (!problems.isEmpty()) {
            throw Problem.exception(problems);
        }
        Map<String, Setting> ordered = new LinkedHashMap<>();
        ConfigurationSchema.INSTANCE
                .keys()
                .keySet()
                .forEach(key -> Optional.ofNullable(settings.get(key)).ifPresent(setting -> ordered.put(key, setting)));
        return new Configuration(Collections.unmodifiableMap(ordered));
    }

    private static void readFile(YamlDocument document, Map<String, Setting> settings, List<Problem> problems) {
        problems.addAll(document.problems());
        Json tree = withoutEmptySections(document.json());
        for (ConfigurationSchema.Violation violation : ConfigurationSchema.INSTANCE.violations(tree)) {
            problems.add(
                    violation.unknownKey()
                            ? document.atKey(violation.pointer(), violation.message())
                            : document.atValue(violation.pointer(), violation.message()));
        }
        if (problems.isEmpty()) {
            tree.members()
                    .forEach((section, content) -> content.members().forEach((key, value) -> {
                        String full = section + "." + key;
                        settings.put(full, new Setting(full, value, document.place("/" + section + "/" + key)));
                    }));
        }
    }

    /** A section whose keys are all commented out is no mistake, nor is a file without a line in it. */
    private static Json withoutEmptySections(Json tree) {
        if (tree.isNull()) {
            return Json.emptyObject();
        }
        if (!tree.isObject()) {
            return tree;
        }
        Json.ObjectBuilder object = Json.object();
        Set<String> sections = ConfigurationSchema.INSTANCE.sections().keySet();
        tree.members().forEach((section, content) -> {
            if (!content.isNull() || !sections.contains(section)) {
                object.put(section, content);
            }
        });
        return object.build();
    }

    /** Everything that is set, in the order of the schema. */
    public List<Setting> settings() {
        return List.copyOf(settings.values());
    }

    /** One value with its origin. */
    public Optional<Setting> setting(String key) {
        return Optional.ofNullable(settings.get(key));
    }

    /** {@code llm.junior}: short forms that {@code Llm.parse} understands, the first to be asked first. */
    public List<String> junior() {
        return oneOrMore("llm.junior");
    }

    /** {@code llm.senior}: short forms that {@code Llm.parse} understands, the first to be asked first. */
    public List<String> senior() {
        return oneOrMore("llm.senior");
    }

    /** {@code llm.egress}: whether prompts may go to models that are not on this machine. */
    public Optional<Boolean> llmEgress() {
        return value("llm.egress").map(Json::asBoolean);
    }

    /** {@code llm.escalateBelow}: a junior less sure than this makes the turn ask a better model. */
    public Optional<Double> escalateBelow() {
        return value("llm.escalateBelow").map(value -> value.asDecimal().doubleValue());
    }

    /** {@code budget.userTokensPerDay}. */
    public OptionalLong userTokensPerDay() {
        return whole("budget.userTokensPerDay");
    }

    /** {@code budget.tokensPerDay}. */
    public OptionalLong tokensPerDay() {
        return whole("budget.tokensPerDay");
    }

    /** {@code persona.assistantName}. */
    public Optional<String> assistantName() {
        return text("persona.assistantName").map(String::strip);
    }

    /** {@code persona.file}: a persona of the host's; a relative path is one in the home. */
    public Optional<Path> personaFile() {
        return text("persona.file").map(Path::of);
    }

    /** {@code persona.language}: {@code auto}, {@code en} or {@code ru}. */
    public Optional<String> language() {
        return text("persona.language");
    }

    /** {@code persona.onboarding}, in capitals: {@code OFF}, {@code OFFERED} or {@code REQUIRED}. */
    public Optional<String> onboarding() {
        return text("persona.onboarding").map(mode -> mode.toUpperCase(Locale.ROOT));
    }

    /** {@code persona.zone}. */
    public Optional<ZoneId> zone() {
        return text("persona.zone").map(ZoneId::of);
    }

    /** {@code guard.recognizer}: the provider of a recogniser of names. */
    public Optional<String> guardRecognizer() {
        return text("guard.recognizer");
    }

    /** {@code guard.file}: a file, relative to the home if not absolute. */
    public Optional<Path> guardFile() {
        return text("guard.file").map(Path::of);
    }

    /** {@code guard.enabled}. */
    public Optional<Boolean> guardEnabled() {
        return value("guard.enabled").map(Json::asBoolean);
    }

    /** {@code policy.allow}. */
    public Set<String> allowedTools() {
        return texts("policy.allow");
    }

    /** {@code policy.trust}. */
    public Set<String> trustedTools() {
        return texts("policy.trust");
    }

    /** {@code policy.gates}. */
    public Optional<Set<Gate>> gates() {
        return value("policy.gates")
                .map(words -> words.items().stream()
                        .map(word -> Gate.named(word.asString()).orElseThrow())
                        .collect(Collectors.toUnmodifiableSet()));
    }

    /** {@code policy.deny}. */
    public Set<String> deniedTools() {
        return texts("policy.deny");
    }

    /** {@code policy.file}: rules of the host; a relative path is one in the home. */
    public Optional<Path> policyFile() {
        return text("policy.file").map(Path::of);
    }

    /** {@code policy.adminFile}: rules of whoever runs the machine; a relative path is one in the home. */
    public Optional<Path> policyAdminFile() {
        return text("policy.adminFile").map(Path::of);
    }

    /** {@code policy.park}. */
    public Optional<Boolean> park() {
        return value("policy.park").map(Json::asBoolean);
    }

    /** {@code policy.approvalWait}. */
    public Optional<Duration> approvalWait() {
        return text("policy.approvalWait").map(Duration::parse);
    }

    /** {@code policy.approvalExpiry}. */
    public Optional<Duration> approvalExpiry() {
        return text("policy.approvalExpiry").map(Duration::parse);
    }

    /** {@code policy.parkedExpiry}. */
    public Optional<Duration> parkedExpiry() {
        return text("policy.parkedExpiry").map(Duration::parse);
    }

    /** {@code memory.sleepAt}. */
    public Optional<LocalTime> sleepAt() {
        return text("memory.sleepAt").map(LocalTime::parse);
    }

    /** {@code memory.idleAfter}. */
    public Optional<Duration> idleAfter() {
        return text("memory.idleAfter").map(Duration::parse);
    }

    /** {@code memory.turnLimit}. */
    public Optional<Integer> turnLimit() {
        return value("memory.turnLimit").map(Json::asInt);
    }

    /** {@code memory.sleepBudget}. */
    public Optional<Duration> sleepBudget() {
        return text("memory.sleepBudget").map(Duration::parse);
    }

    /** {@code memory.sleepModelCalls}. */
    public Optional<Integer> sleepModelCalls() {
        return value("memory.sleepModelCalls").map(Json::asInt);
    }

    /** {@code memory.promptRelevance}. */
    public Optional<Double> promptRelevance() {
        return value("memory.promptRelevance").map(value -> value.asDecimal().doubleValue());
    }

    /** {@code memory.exportTo}. */
    public Optional<Path> exportTo() {
        return text("memory.exportTo").map(Path::of);
    }

    /** {@code embedding.enabled}. */
    public Optional<Boolean> embeddingEnabled() {
        return value("embedding.enabled").map(Json::asBoolean);
    }

    /** {@code tools.discover}. */
    public Optional<Boolean> discoverTools() {
        return value("tools.discover").map(Json::asBoolean);
    }

    /** {@code tools.network}. */
    public Optional<Boolean> toolsNetwork() {
        return value("tools.network").map(Json::asBoolean);
    }

    /** {@code tools.rerank}. */
    public Optional<Boolean> rerankTools() {
        return value("tools.rerank").map(Json::asBoolean);
    }

    /** {@code tools.refineGuides}. */
    public Optional<Boolean> refineGuides() {
        return value("tools.refineGuides").map(Json::asBoolean);
    }

    /** {@code policy.providers}: the settings of policies on the class path, by id of their providers. */
    public Map<String, Json> policyProviders() {
        return value("policy.providers").map(Json::members).orElse(Map.of());
    }

    /** {@code tools.providers}: the settings of tool providers, by id. */
    public Map<String, Json> toolProviders() {
        return value("tools.providers").map(Json::members).orElse(Map.of());
    }

    /** The given limits, replaced by those under {@code budget} that are set. */
    public Budget budget(Budget defaults) {
        Budget budget = defaults;
        for (Setting setting : settings.values()) {
            budget = switch (setting.key()) {
                case "budget.tokens" -> budget.tokens(setting.value().asLong());
                case "budget.wall" -> budget.wall(Duration.parse(setting.value().asString()));
                case "budget.toolCalls" -> budget.toolCalls(setting.value().asInt());
                case "budget.modelCalls" -> budget.modelCalls(setting.value().asInt());
                default -> budget;
            };
        }
        return budget;
    }

    /** {@code providers.exclude}: ids and class names. */
    public Set<String> excludedProviders() {
        return texts("providers.exclude");
    }

    /** The provider named for a kind, such as {@code store} or {@code embedder}, under {@code providers}. */
    public Optional<String> provider(String kind) {
        return text("providers." + kind);
    }

    /** {@code limits.messageBytes}. */
    public OptionalInt messageBytes() {
        return value("limits.messageBytes")
                .map(value -> OptionalInt.of(value.asInt()))
                .orElse(OptionalInt.empty());
    }

    /** Everything that is set in a section, by key. */
    public Json section(String name) {
        String prefix = name + ".";
        Json.ObjectBuilder section = Json.object();
        for (Setting setting : settings.values()) {
            if (setting.key().startsWith(prefix)) {
                section.put(setting.key().substring(prefix.length()), setting.value());
            }
        }
        return section.build();
    }

    private OptionalLong whole(String key) {
        return value(key).map(value -> OptionalLong.of(value.asLong())).orElse(OptionalLong.empty());
    }

    private List<String> oneOrMore(String key) {
        return value(key).map(value -> value.isArray() ? value.items() : List.of(value)).orElse(List.of()).stream()
                .map(Json::asString)
                .toList();
    }

    private Optional<Json> value(String key) {
        return setting(key).map(Setting::value);
    }

    private Optional<String> text(String key) {
        return value(key).map(Json::asString);
    }

    private Set<String> texts(String key) {
        Set<String> texts = new LinkedHashSet<>();
        value(key).ifPresent(list -> list.items().forEach(item -> texts.add(item.asString())));
        return Collections.unmodifiableSet(texts);
    }
}
