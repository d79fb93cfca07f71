package io.arkestra;

import io.arkestra.approval.internal.ApprovalDesk;
import io.arkestra.common.Budget;
import io.arkestra.concurrent.internal.Threads;
import io.arkestra.concurrent.internal.Workers;
import io.arkestra.config.internal.Configuration;
import io.arkestra.event.Delivery;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.guard.EntityRecognizer;
import io.arkestra.guard.Guard;
import io.arkestra.guard.internal.GuardFile;
import io.arkestra.guard.internal.GuardSettings;
import io.arkestra.guard.internal.PatternGuard;
import io.arkestra.learning.internal.LearningStore;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.gateway.internal.Egress;
import io.arkestra.llm.gateway.internal.Escalations;
import io.arkestra.llm.gateway.internal.GatewayServices;
import io.arkestra.llm.gateway.internal.Pace;
import io.arkestra.llm.gateway.internal.TokenBudgets;
import io.arkestra.llm.repair.internal.JsonRepair;
import io.arkestra.memory.Memory;
import io.arkestra.memory.Message;
import io.arkestra.memory.TurnRecords;
import io.arkestra.neuro.internal.NeuroStore;
import io.arkestra.offline.internal.OfflineLlm;
import io.arkestra.onboarding.internal.OnboardingTalk;
import io.arkestra.people.internal.AliasStore;
import io.arkestra.people.internal.EnvStore;
import io.arkestra.people.internal.Forgetting;
import io.arkestra.people.internal.PeopleStore;
import io.arkestra.people.internal.PersonFiles;
import io.arkestra.persona.internal.PersonaFile;
import io.arkestra.persona.internal.PersonaSettings;
import io.arkestra.persona.internal.PromptTexts;
import io.arkestra.persona.internal.Prompts;
import io.arkestra.policy.Policy;
import io.arkestra.schedule.JobQueue;
import io.arkestra.schedule.Reminders;
import io.arkestra.schedule.TimePhrases;
import io.arkestra.schedule.grammar.internal.GrammarTimePhrases;
import io.arkestra.schedule.internal.DurableDeliveries;
import io.arkestra.schedule.internal.DurableJobs;
import io.arkestra.schedule.internal.DurableReminders;
import io.arkestra.schedule.internal.JobSettings;
import io.arkestra.schedule.internal.NightlyTrigger;
import io.arkestra.schema.internal.SchemaValidator;
import io.arkestra.spi.internal.ResourceStack;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocStore;
import io.arkestra.store.Owner;
import io.arkestra.task.internal.TaskStore;
import io.arkestra.text.internal.Language;
import io.arkestra.tool.internal.Artifacts;
import io.arkestra.tool.internal.CallRecords;
import io.arkestra.turn.internal.BetterModel;
import io.arkestra.turn.internal.ConversationLog;
import io.arkestra.turn.internal.ForgottenTurns;
import io.arkestra.turn.internal.MessageLimits;
import io.arkestra.turn.internal.RelevanceGate;
import io.arkestra.turn.internal.RememberStep;
import io.arkestra.turn.internal.SentPrompts;
import io.arkestra.turn.internal.SessionEnding;
import io.arkestra.turn.internal.Surroundings;
import io.arkestra.turn.internal.TraceStore;
import io.arkestra.turn.internal.TurnServices;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the parts of an engine in the order in which they need one another. Used once. */
final class Assembly {
    private static final Logger log = LoggerFactory.getLogger(Assembly.class);
    private static final int TURN_THREADS = 64;
    private static final int WORK_THREADS = 128;
    /** Turns that go on after an approval are jobs: a long one must not keep what others learn waiting. */
    private static final int JOB_THREADS = 4;

    /** Collections whose texts get into prompts by recall. */
    private static final List<String> PROMPTED = List.of(Message.COLLECTION.name(), "memories", "chunks");

    private static final int LISTENER_QUEUE = 1_000;
    private static final Budget DEFAULT_BUDGET = Budget.perTurn().toolCalls(64).modelCalls(32);
    private static final String DEFAULT_NAME = "Arkestra";

    private final ArkestraBuilder choices;
    private final ResourceStack resources = new ResourceStack();
    private final Wiring wiring = new Wiring();
    private final @Nullable Path home;
    private final Configuration configuration;
    private final Clock clock;
    private final ZoneId zone;
    private final Workers workers;
    private final Opening opening;

    private Assembly(ArkestraBuilder choices) {
        this.choices = choices;
        home = choices.home == null ? null : choices.home.toAbsolutePath().normalize();
        Map<String, String> properties = properties();
        configuration = home == null
                ? Configuration.load(properties, System.getenv())
                : Configuration.load(home, properties, System.getenv());
        clock = choices.clock == null ? Clock.systemDefaultZone() : choices.clock;
        zone = choices.zone != null ? choices.zone : configuration.zone().orElse(clock.getZone());
        workers = resources.push(new Workers("arkestra-work", WORK_THREADS));
        opening = new Opening(choices, home, configuration, wiring, resources, clock, workers);
    }

    static Arkestra build(ArkestraBuilder choices) {
        Assembly assembly = new Assembly(choices);
        try {
            return assembly.open();
        } catch (RuntimeException | Error e) {
            assembly.closeAfter(e);
            throw e;
        }
    }

    static void restore(ArkestraBuilder choices, Path backup) {
        Assembly assembly = new Assembly(choices);
        try {
            assembly.opening.restore(backup);
        } finally {
            assembly.resources.close();
        }
    }

    /** A document of the home, which is not opened. */
    static Optional<Doc> look(ArkestraBuilder choices, CollectionSpec collection, Owner owner, String id) {
        Assembly assembly = new Assembly(choices);
        try {
            return assembly.opening.look(collection, owner, id);
        } finally {
            assembly.resources.close();
        }
    }

    private void closeAfter(Throwable failure) {
        try {
            resources.close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private Arkestra open() {
        EngineEventBus bus = resources.push(new EngineEventBus(clock));
        choices.listeners.forEach(listener ->
                bus.subscribe(Set.of(), Delivery.queued(LISTENER_QUEUE, Delivery.Overflow.DROP_OLDEST), listener));
        Guard guard = guard();
        if (choices.guard != null || configuration.guardEnabled().orElse(true)) {
            opening.known(
                    Guard.class, guard); // who would have to mask must not take one that lets everything pass for it
        }
        opening.known(TimePhrases.class, new GrammarTimePhrases());
        DocStore store = opening.store(guard);
        Artifacts artifacts = resources.push(
                home == null
                        ? Artifacts.temporary(store, Artifacts.Limits.DEFAULT)
                        : Artifacts.in(home.resolve("artifacts"), store, Artifacts.Limits.DEFAULT));
        opening.known(
                TurnRecords.class,
                new ForgottenTurns(
                        Engine.FEEDBACK.name(),
                        List.of(
                                CallRecords.COLLECTION.name(),
                                ApprovalDesk.COLLECTION,
                                NeuroStore.COLLECTION.name(),
                                LearningStore.COLLECTION.name()),
                        artifacts::forget));
        Memory memory = opening.memory();
        PeopleStore people = new PeopleStore(store);
        AliasStore aliases = new AliasStore(store, people);
        EnvStore surroundings = new EnvStore(store);
        Optional<Path> personaPath = personaPath();
        PersonaFile personaFile = personaPath.map(PersonaFile::read).orElseGet(PersonaFile::shipped);
        wiring.part("persona", "version " + personaFile.version() + " (" + personaFile.origin() + ")");
        PromptTexts texts = PromptTexts.of(personaFile);
        PersonaSettings persona =
                personaPath.map(PersonaFile::at).map(PersonaSettings::load).orElseGet(PersonaSettings::shipped);
        NeuroStore neuro = new NeuroStore(store, bus, clock, persona.neuro());
        LearningStore learning = new LearningStore(store, persona.learning());
        LlmClient fallback = new OfflineLlm(clock);
        DurableJobs jobs = resources.push(new DurableJobs(
                store, bus, clock, new Random(), JobSettings.defaults().withWorkers(JOB_THREADS)));
        opening.known(JobQueue.class, jobs);
        DurableDeliveries deliveries = resources.push(new DurableDeliveries(store, bus, clock, Optional.of(guard)));
        DurableReminders reminders = resources.push(new DurableReminders(store, jobs, deliveries, clock));
        opening.known(Reminders.class, reminders);
        SchemaValidator schemas = SchemaValidator.create();
        TaskStore tasks = new TaskStore(store, reminders);
        ConversationLog conversations = new ConversationLog(store);
        ToolAssembly toolbox = new ToolAssembly(
                new ToolAssembly.Ground(
                        choices,
                        configuration,
                        home,
                        zone,
                        egress(),
                        opening,
                        wiring,
                        resources,
                        clock,
                        workers,
                        bus,
                        guard,
                        store,
                        schemas,
                        fallback),
                new ToolAssembly.Things(memory, reminders, tasks, people, aliases, conversations, artifacts));
        RoleModels models = resources.push(
                new RoleModels(opening, fallback, gateways(store, people, schemas, bus, guard, toolbox.policy())));
        models.begin(Models.Role.JUNIOR, choice(choices.junior, configuration.junior()));
        models.begin(Models.Role.SENIOR, choice(choices.senior, configuration.senior()));
        wiring.lines(() -> models.describe(Models.Role.JUNIOR));
        wiring.lines(() -> models.describe(Models.Role.SENIOR));
        RememberStep remembering = new RememberStep(memory, bus);
        jobs.register(RememberStep.TYPE, remembering);
        SessionEnding ending = new SessionEnding(store, conversations, memory, jobs, bus, clock, sessionLimits());
        jobs.register(SessionEnding.TYPE, ending);
        NightlyWork nightly = new NightlyWork(store, memory, home, models, fallback, sleepLimits(), bus, neuro);
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(Threads.factory("arkestra-timer"));
        resources.push(timer::shutdownNow);
        Workers turnThreads = resources.push(new Workers("arkestra-turn", TURN_THREADS));
        String name = choices.assistantName != null
                ? choices.assistantName
                : configuration.assistantName().or(personaFile::name).orElse(DEFAULT_NAME);
        SentPrompts sent = new SentPrompts(store, PROMPTED, guard);
        ToolAssembly.Opened tools = toolbox.open(models, jobs, timer);
        TurnServices services = new TurnServices(
                new TurnServices.Persona(
                        name,
                        fallback, // rules until a turn borrows the models that are in use then
                        fallback,
                        true,
                        fallback,
                        new Prompts(texts, name),
                        new OnboardingTalk(people, personaFile, onboarding(), clock),
                        sent,
                        schemas,
                        neuro,
                        learning,
                        zone,
                        language(),
                        persona.autonomy(),
                        new BetterModel(escalateBelow()),
                        relevance()),
                tools.tooling(),
                new TurnServices.Records(
                        store,
                        memory,
                        conversations,
                        new TraceStore(store, guard),
                        people,
                        new Surroundings(aliases, surroundings, reminders, tasks, conversations),
                        jobs,
                        remembering,
                        ending),
                guard,
                bus,
                workers,
                timer,
                clock);
        store.define(Engine.FEEDBACK);
        Forgetting forgetting = new Forgetting(store, memory, owner -> {
            owner.user().ifPresent(remembering::forget);
            owner.user().ifPresent(sent::forget);
            owner.user().ifPresent(learning::withdraw);
            owner.user().ifPresent(tools.forget());
            if (guard instanceof PatternGuard own) {
                owner.user().ifPresent(user -> own.forget(user.value()));
            }
            return jobs.forget(owner);
        });
        forgetting.resume();
        tools.recovery().begin();
        Engine engine = new Engine(
                services,
                new EngineParts(
                        models,
                        tools.tools(),
                        reminders,
                        deliveries,
                        nightly,
                        tools.undo(),
                        tools.recovery(),
                        tools.desk(),
                        tools.audit(),
                        new PersonFiles(
                                store,
                                Map.of(
                                        "reminders",
                                        reminders::adopt,
                                        CallRecords.COLLECTION.name(),
                                        tools.calls().records()::adopt,
                                        LearningStore.COLLECTION.name(),
                                        learning::adopt)),
                        forgetting,
                        aliases,
                        tools.permissions(),
                        surroundings,
                        limits(),
                        choices.budget != null ? choices.budget : configuration.budget(DEFAULT_BUDGET),
                        choices.closeWait,
                        turnThreads,
                        () -> wiring.describe(home, zone, configuration, toolbox.registry(), memory),
                        resources));
        sleepTime()
                .ifPresent(at -> resources
                        .push(new NightlyTrigger(store, jobs, at, zone, clock, nightly))
                        .start());
        jobs.register(ApprovalDesk.TYPE, engine.continuations());
        tools.desk().resume();
        jobs.start();
        return engine;
    }

    private Onboarding.Mode onboarding() {
        return choices.onboarding != null
                ? choices.onboarding
                : configuration.onboarding().map(Onboarding.Mode::valueOf).orElse(Onboarding.Mode.OFF);
    }

    /** The host's persona; a relative file is one in the home. */
    private Optional<Path> personaPath() {
        return Optional.ofNullable(choices.persona)
                .or(configuration::personaFile)
                .map(named -> home == null ? named : home.resolve(named));
    }

    private Guard guard() {
        if (choices.guard != null) {
            wiring.part("guard", choices.guard.getClass().getName() + " (instance given in code)");
            return choices.guard;
        }
        if (!configuration.guardEnabled().orElse(true)) {
            wiring.part("guard", "off (guard.enabled)");
            return new PatternGuard(GuardSettings.off());
        }
        Optional<EntityRecognizer> entities = opening.entities();
        List<String> names = entities.map(EntityRecognizer::types).orElse(List.of());
        GuardSettings settings = configuration
                .guardFile()
                .map(named -> home == null ? named : home.resolve(named))
                .map(file -> GuardFile.read(file, names))
                .orElseGet(GuardSettings::defaults);
        wiring.part("guard", settings.describe());
        return new PatternGuard(settings, entities);
    }

    private static List<Llm> choice(List<Llm> inCode, List<String> configured) {
        List<Llm> chosen =
                inCode.isEmpty() ? configured.stream().map(Llm::parse).toList() : inCode;
        return chosen.isEmpty() ? List.of(Llm.offline()) : chosen;
    }

    private RelevanceGate relevance() {
        return new RelevanceGate(choices.memory
                .leastRelevance()
                .or(configuration::promptRelevance)
                .orElse(RelevanceGate.DEFAULT_BELOW));
    }

    private double escalateBelow() {
        return choices.escalateBelow != null
                ? choices.escalateBelow
                : configuration.escalateBelow().orElse(BetterModel.DEFAULT_BELOW);
    }

    private boolean egress() {
        return choices.llmEgress != null
                ? choices.llmEgress
                : configuration.llmEgress().orElse(false);
    }

    private GatewayServices gateways(
            DocStore store,
            PeopleStore people,
            SchemaValidator schemas,
            EngineEventBus bus,
            Guard guard,
            Policy policy) {
        TokenBudgets budgets = new TokenBudgets(
                store,
                clock,
                configuration.userTokensPerDay(),
                configuration.tokensPerDay(),
                scope -> scope.flatMap(known -> people.zone(known.user())).orElse(zone));
        wiring.part(
                "egress",
                egress()
                        ? "on: prompts may go, masked, to models that are not on this machine"
                        : "off: no prompt leaves this machine (llm.egress)");
        return new GatewayServices(
                budgets,
                new Egress(egress(), policy, guard),
                new JsonRepair(schemas),
                new Escalations(),
                bus,
                Pace.system());
    }

    private MessageLimits limits() {
        int standard = configuration.messageBytes().orElse(MessageLimits.DEFAULT.bytes());
        return new MessageLimits(choices.messageLimit != null ? choices.messageLimit : standard);
    }

    private SessionEnding.Limits sessionLimits() {
        SessionEnding.Limits standard = SessionEnding.Limits.DEFAULT;
        return new SessionEnding.Limits(
                choices.memory.idleTime().or(configuration::idleAfter).orElse(standard.idle()),
                choices.memory.mostTurns().or(configuration::turnLimit).orElse(standard.turns()));
    }

    /** A relative directory for data sets is one in the home. */
    private NightlyWork.Limits sleepLimits() {
        NightlyWork.Limits standard = NightlyWork.Limits.DEFAULT;
        return new NightlyWork.Limits(
                choices.memory.sleepTimeLimit().or(configuration::sleepBudget).orElse(standard.time()),
                choices.memory
                        .sleepCallLimit()
                        .or(configuration::sleepModelCalls)
                        .orElse(standard.modelCalls()),
                choices.memory
                        .exportDirectory()
                        .or(configuration::exportTo)
                        .map(directory -> home == null ? directory : home.resolve(directory)));
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
