package io.arkestra;

import io.arkestra.common.Budget;
import io.arkestra.concurrent.internal.Threads;
import io.arkestra.concurrent.internal.Workers;
import io.arkestra.config.internal.Configuration;
import io.arkestra.event.Delivery;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.guard.Guard;
import io.arkestra.guard.internal.PatternGuard;
import io.arkestra.keyword.KeywordIndexProvider;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmClientProvider;
import io.arkestra.memory.Memory;
import io.arkestra.memory.MemoryProvider;
import io.arkestra.offline.internal.OfflineLlm;
import io.arkestra.people.internal.PeopleStore;
import io.arkestra.persona.internal.Prompts;
import io.arkestra.policy.Policy;
import io.arkestra.policy.PolicyProvider;
import io.arkestra.policy.internal.NamedToolsPolicy;
import io.arkestra.policy.internal.PolicyChain;
import io.arkestra.schedule.JobQueue;
import io.arkestra.schedule.Reminders;
import io.arkestra.schedule.internal.DurableDeliveries;
import io.arkestra.schedule.internal.DurableJobs;
import io.arkestra.schedule.internal.DurableReminders;
import io.arkestra.schedule.internal.JobSettings;
import io.arkestra.schedule.internal.NightlyTrigger;
import io.arkestra.schema.internal.SchemaValidator;
import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.Settings;
import io.arkestra.spi.internal.Candidate;
import io.arkestra.spi.internal.Contracts;
import io.arkestra.spi.internal.DefaultProviderContext;
import io.arkestra.spi.internal.ProviderKind;
import io.arkestra.spi.internal.ProviderSearch;
import io.arkestra.spi.internal.ProviderSettings;
import io.arkestra.spi.internal.Providers;
import io.arkestra.spi.internal.Resolution;
import io.arkestra.spi.internal.ResourceStack;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocStoreProvider;
import io.arkestra.text.internal.Language;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolProvider;
import io.arkestra.tool.builtin.internal.BuiltInTools;
import io.arkestra.tool.internal.ToolArguments;
import io.arkestra.tool.internal.ToolRegistry;
import io.arkestra.tool.internal.ToolRunner;
import io.arkestra.turn.internal.ConversationLog;
import io.arkestra.turn.internal.MessageLimits;
import io.arkestra.turn.internal.RememberStep;
import io.arkestra.turn.internal.TraceStore;
import io.arkestra.turn.internal.TurnServices;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Opens the parts of an engine in the order in which they need one another. Used once. */
final class Assembly {
    private static final int TURN_THREADS = 64;
    private static final int WORK_THREADS = 128;
    private static final int LISTENER_QUEUE = 1_000;
    private static final Budget DEFAULT_BUDGET = Budget.perTurn().toolCalls(64).modelCalls(32);
    private static final String DEFAULT_NAME = "Arkestra";

    private final ArkestraBuilder choices;
    private final ResourceStack resources = new ResourceStack();
    private final Wiring wiring = new Wiring();
    private final Contracts contracts = new Contracts();
    private final @Nullable Path home;
    private final Configuration configuration;
    private final Clock clock;
    private final ZoneId zone;
    private final ProviderSearch search;
    private final Workers workers;
    private final DefaultProviderContext.Engine shared;

    private Assembly(ArkestraBuilder choices) {
        this.choices = choices;
        home = choices.home == null ? null : choices.home.toAbsolutePath().normalize();
        Map<String, String> properties = properties();
        configuration = home == null
                ? Configuration.load(properties, System.getenv())
                : Configuration.load(home, properties, System.getenv());
        clock = choices.clock == null ? Clock.systemDefaultZone() : choices.clock;
        zone = choices.zone != null ? choices.zone : configuration.zone().orElse(clock.getZone());
        Set<String> excluded = new LinkedHashSet<>(choices.excluded);
        excluded.addAll(configuration.excludedProviders());
        search = choices.classLoader == null
                ? ProviderSearch.standard(excluded)
                : ProviderSearch.in(choices.classLoader, excluded);
        workers = resources.push(new Workers("arkestra-work", WORK_THREADS));
        shared = new DefaultProviderContext.Engine(clock, workers, contracts, resources, wiring::warn);
    }

    static Arkestra build(ArkestraBuilder choices) {
        Assembly assembly = new Assembly(choices);
        try {
            return assembly.open();
        } catch (RuntimeException | Error e) {
            try {
                assembly.resources.close();
            } catch (RuntimeException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    private Arkestra open() {
        EngineEventBus bus = resources.push(new EngineEventBus(clock));
        choices.listeners.forEach(listener ->
                bus.subscribe(Set.of(), Delivery.queued(LISTENER_QUEUE, Delivery.Overflow.DROP_OLDEST), listener));
        Guard guard = contracts.put(Guard.class, guard());
        DocStore store = contracts.put(DocStore.class, store());
        Memory memory = contracts.put(Memory.class, memory());
        PeopleStore people = new PeopleStore(store);
        LlmClient fallback = new OfflineLlm();
        Llm seniorChoice = choice(choices.senior, configuration.senior());
        LlmClient junior = model("junior", choice(choices.junior, configuration.junior()), fallback);
        LlmClient senior = model("senior", seniorChoice, fallback);
        DurableJobs jobs = resources.push(new DurableJobs(store, bus, clock, new Random(), JobSettings.defaults()));
        contracts.put(JobQueue.class, jobs);
        DurableDeliveries deliveries = resources.push(new DurableDeliveries(store, bus, clock, Optional.of(guard)));
        DurableReminders reminders = resources.push(new DurableReminders(store, jobs, deliveries, clock));
        contracts.put(Reminders.class, reminders);
        SchemaValidator schemas = SchemaValidator.create();
        ToolArguments arguments = new ToolArguments(schemas);
        ToolRegistry registry = new ToolRegistry(arguments);
        Policy policy = policy(tools(registry, memory, reminders, people));
        RememberStep remembering = new RememberStep(memory, bus);
        jobs.register(RememberStep.TYPE, remembering);
        NightlyWork nightly = new NightlyWork(store, memory, home);
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(Threads.factory("arkestra-timer"));
        resources.push(timer::shutdownNow);
        Workers turnThreads = resources.push(new Workers("arkestra-turn", TURN_THREADS));
        String name = choices.assistantName != null
                ? choices.assistantName
                : configuration.assistantName().orElse(DEFAULT_NAME);
        TurnServices services = new TurnServices(
                name,
                junior,
                senior,
                seniorChoice.provider().equals("offline"),
                fallback,
                new Prompts(name),
                guard,
                policy,
                registry,
                new ToolRunner(registry, arguments, policy, store, bus, workers, clock),
                memory,
                store,
                new ConversationLog(store),
                new TraceStore(store, guard),
                people,
                jobs,
                remembering,
                bus,
                schemas,
                workers,
                timer,
                clock,
                zone,
                language());
        Engine engine = new Engine(
                services,
                new EngineParts(
                        reminders,
                        deliveries,
                        nightly,
                        limits(),
                        choices.budget != null ? choices.budget : configuration.budget(DEFAULT_BUDGET),
                        turnThreads,
                        () -> wiring.describe(home, zone, configuration, registry, memory),
                        resources));
        sleepTime()
                .ifPresent(at -> resources
                        .push(new NightlyTrigger(store, jobs, at, zone, clock, nightly))
                        .start());
        jobs.start();
        return engine;
    }

    private Guard guard() {
        if (choices.guard != null) {
            wiring.part("guard", choices.guard.getClass().getName() + " (instance given in code)");
            return choices.guard;
        }
        if (!configuration.guardEnabled().orElse(true)) {
            wiring.part("guard", "off (guard.enabled)");
            return new PatternGuard(Set.of());
        }
        wiring.part("guard", "patterns: e-mail, telephone and card numbers are masked on the way out; names are not");
        return new PatternGuard();
    }

    private DocStore store() {
        Resolution<DocStoreProvider> found =
                Providers.discover(ProviderKind.STORE, search).resolve(choices.store, configuration);
        wiring.provider("store", found);
        Settings settings = ProviderSettings.check(found.provider(), "store", configuration.section("store"));
        return resources.push(found.provider().open(context(settings, home)));
    }

    private Memory memory() {
        Resolution<KeywordIndexProvider> keyword =
                Providers.discover(ProviderKind.KEYWORD, search).resolve(choices.keywordIndex, configuration);
        wiring.provider("keyword", keyword);
        contracts.put(KeywordIndexProvider.class, keyword.provider());
        Resolution<MemoryProvider> found = Providers.discover(ProviderKind.MEMORY, search)
                .resolve(choices.memory.providerId().orElse(null), configuration);
        wiring.provider("memory", found);
        return resources.push(
                found.provider().open(context(Settings.none(), home == null ? null : home.resolve("index"))));
    }

    private static Llm choice(@Nullable Llm inCode, Optional<String> configured) {
        return inCode != null ? inCode : configured.map(Llm::parse).orElseGet(Llm::offline);
    }

    private LlmClient model(String role, Llm llm, LlmClient offline) {
        if (llm.client().isPresent()) {
            wiring.part(role, llm.client().get().getClass().getName() + " (instance given in code)");
            return llm.client().get();
        }
        if (llm.provider().equals("offline")) {
            wiring.part(role, "offline rules: no language model is configured, answers quote what was told");
            return offline;
        }
        Resolution<LlmClientProvider> found =
                Providers.discover(ProviderKind.LLM, search).named(llm.provider(), "named as the " + role);
        wiring.provider(role, found);
        Settings settings = ProviderSettings.check(found.provider(), "llm." + role, llm.settings());
        return resources.push(found.provider().open(context(settings, null)));
    }

    /** Fills the registry and returns the names of the built-in tools. */
    private Set<String> tools(ToolRegistry registry, Memory memory, Reminders reminders, PeopleStore people) {
        List<Tool> builtIn = BuiltInTools.all(memory, reminders, people);
        builtIn.forEach(tool -> registry.add(tool, "built in"));
        choices.tools.added().forEach(tool -> registry.add(tool, "given by the host"));
        if (choices.tools.discovers() || configuration.discoverTools().orElse(false)) {
            Providers<ToolProvider> found = Providers.discover(ProviderKind.TOOLS, search);
            wiring.broken(found.broken());
            for (Candidate<ToolProvider> candidate : found.usable()) {
                for (Tool tool : candidate.provider().tools(context(Settings.none(), null))) {
                    registry.add(tool, candidate.toString());
                }
            }
        }
        return builtIn.stream().map(tool -> tool.spec().name()).collect(Collectors.toUnmodifiableSet());
    }

    private Policy policy(Set<String> builtIn) {
        Set<String> allowed = new HashSet<>(choices.policy.allowed());
        allowed.addAll(configuration.allowedTools());
        Set<String> denied = new HashSet<>(choices.policy.denied());
        denied.addAll(configuration.deniedTools());
        List<Policy> policies = new ArrayList<>();
        policies.add(new NamedToolsPolicy(builtIn, allowed, denied));
        policies.addAll(choices.policy.policies());
        Providers<PolicyProvider> found = Providers.discover(ProviderKind.POLICIES, search);
        wiring.broken(found.broken());
        for (Candidate<PolicyProvider> candidate : found.usable()) {
            wiring.part("policy", candidate.toString());
            policies.add(candidate.provider().open(context(Settings.none(), null)));
        }
        wiring.part(
                "policy",
                "built-in tools are allowed" + (allowed.isEmpty() ? "" : ", and " + String.join(", ", allowed))
                        + (denied.isEmpty() ? "" : "; denied: " + String.join(", ", denied))
                        + (choices.policy.policies().isEmpty()
                                ? ""
                                : "; " + choices.policy.policies().size() + " policies of the host")
                        + "; everything else is denied");
        return new PolicyChain(policies);
    }

    private ProviderContext context(Settings settings, @Nullable Path directory) {
        return directory == null
                ? DefaultProviderContext.inMemory(shared, settings)
                : DefaultProviderContext.inDirectory(shared, settings, directory);
    }

    private MessageLimits limits() {
        int standard = configuration.messageBytes().orElse(MessageLimits.DEFAULT.bytes());
        return new MessageLimits(choices.messageLimit != null ? choices.messageLimit : standard);
    }

    private Optional<LocalTime> sleepTime() {
        return choices.memory.sleepTime().or(configuration::sleepAt);
    }

    private Function<String, Locale> language() {
        String fixed = configuration.language().orElse("auto");
        return fixed.equals("auto")
                ? message -> Language.of(message, Language.ENGLISH)
                : message -> Locale.forLanguageTag(fixed);
    }

    private static Map<String, String> properties() {
        Map<String, String> properties = new HashMap<>();
        for (String name : System.getProperties().stringPropertyNames()) {
            properties.put(name, System.getProperty(name, ""));
        }
        return properties;
    }
}
