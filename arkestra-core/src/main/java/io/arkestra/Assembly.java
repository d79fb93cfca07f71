package io.arkestra;

import io.arkestra.approval.internal.ApprovalDesk;
import io.arkestra.approval.internal.ApprovalSettings;
import io.arkestra.audit.internal.AuditLog;
import io.arkestra.common.Budget;
import io.arkestra.concurrent.internal.Threads;
import io.arkestra.concurrent.internal.Workers;
import io.arkestra.config.internal.Configuration;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.Embedders;
import io.arkestra.embedding.EmbeddingPurpose;
import io.arkestra.embedding.Reranker;
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
import io.arkestra.policy.Gate;
import io.arkestra.policy.Policy;
import io.arkestra.provenance.internal.ContentExtract;
import io.arkestra.provenance.internal.ConversationProvenance;
import io.arkestra.provenance.internal.OwnAddressBook;
import io.arkestra.provenance.internal.QuarantinedRead;
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
import io.arkestra.store.DocStore;
import io.arkestra.task.internal.TaskStore;
import io.arkestra.text.internal.Language;
import io.arkestra.tool.Platform;
import io.arkestra.tool.ToolCatalogue;
import io.arkestra.tool.builtin.internal.BuiltInTools;
import io.arkestra.tool.declared.internal.Declarations;
import io.arkestra.tool.declared.internal.DirectHttpCaller;
import io.arkestra.tool.declared.internal.Lent;
import io.arkestra.tool.internal.Artifacts;
import io.arkestra.tool.internal.CallRecords;
import io.arkestra.tool.internal.CallServices;
import io.arkestra.tool.internal.InnerCalls;
import io.arkestra.tool.internal.Recovery;
import io.arkestra.tool.internal.ToolArguments;
import io.arkestra.tool.internal.ToolRegistry;
import io.arkestra.tool.internal.ToolRunner;
import io.arkestra.tool.internal.UndoDesk;
import io.arkestra.tool.select.internal.ToolSelector;
import io.arkestra.tool.select.internal.ToolTelemetry;
import io.arkestra.tool.select.internal.UsageGuides;
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
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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
        ToolArguments arguments = new ToolArguments(schemas);
        ToolRegistry registry = new ToolRegistry(arguments);
        TaskStore tasks = new TaskStore(store, reminders);
        BuiltInTools.all(memory, reminders, tasks, people, aliases).forEach(tool -> registry.add(tool, "built in"));
        ConversationLog conversations = new ConversationLog(store);
        ConversationProvenance provenance =
                new ConversationProvenance(new OwnAddressBook(aliases, memory), conversations::recent);
        AtomicReference<ToolRunner> runner = new AtomicReference<>();
        AtomicReference<RoleModels> reader = new AtomicReference<>();
        registry.add(
                new ContentExtract(
                        registry, new QuarantinedRead(schemas), provenance, runner::get, lent(reader::get, fallback)),
                "built in");
        Set<String> builtIn = Set.copyOf(registry.names());
        opening.tools(registry);
        opening.known(ToolCatalogue.class, name -> registry.find(name).map(ToolRegistry.Entry::spec));
        JudgeParts judge = judge(builtIn, store, bus);
        Policy policy = judge.policy();
        RoleModels models =
                resources.push(new RoleModels(opening, fallback, gateways(store, people, schemas, bus, guard, policy)));
        reader.set(models);
        models.begin(Models.Role.JUNIOR, choice(choices.junior, configuration.junior()));
        models.begin(Models.Role.SENIOR, choice(choices.senior, configuration.senior()));
        wiring.lines(() -> models.describe(Models.Role.JUNIOR));
        wiring.lines(() -> models.describe(Models.Role.SENIOR));
        ToolTelemetry telemetry = resources.push(new ToolTelemetry(store, registry, bus, workers));
        ToolSelector selector = new ToolSelector(
                registry, policy, Platform.current(), toolEmbedder(), toolReranker(), telemetry, store, workers);
        UsageGuides guides = new UsageGuides(registry, store, telemetry, schemas, refiner(models, fallback), workers);
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
        SentPrompts sent = new SentPrompts(store, PROMPTED);
        AuditLog audit = resources.push(AuditLog.open(home, store, choices.audit.key, choices.audit.sinks, clock));
        timer.scheduleWithFixedDelay(
                () -> signed(audit),
                AuditLog.CHECKPOINT_AFTER.toMinutes(),
                AuditLog.CHECKPOINT_AFTER.toMinutes(),
                TimeUnit.MINUTES);
        ApprovalDesk desk =
                new ApprovalDesk(store, choices.policy.approver, approvals(), jobs, audit, bus, workers, clock);
        CallServices calls = new CallServices(
                registry,
                arguments,
                guard,
                policy,
                judge.facts(),
                desk,
                provenance,
                audit,
                new CallRecords(store, clock),
                artifacts,
                bus,
                workers,
                Pace.system(),
                clock);
        ToolRunner toolRunner = new ToolRunner(calls);
        runner.set(toolRunner);
        Declarations declared = new Declarations(
                store,
                registry,
                arguments,
                new InnerCalls(calls),
                calls.ledger(),
                new Lent(
                        choices.tools.reached(),
                        choices.tools.lent(),
                        variable -> Optional.ofNullable(System.getenv(variable))),
                new DirectHttpCaller(),
                clock);
        declared.restore();
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
                new TurnServices.Tooling(registry, toolRunner, policy, provenance, selector),
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
            owner.user().ifPresent(artifacts::forget);
            owner.user().ifPresent(judge::forget);
            owner.user().ifPresent(telemetry::forget);
            owner.user().ifPresent(audit::forget);
            if (guard instanceof PatternGuard own) {
                owner.user().ifPresent(user -> own.forget(user.value()));
            }
            return jobs.forget(owner);
        });
        forgetting.resume();
        Recovery recovery = resources.push(new Recovery(calls, desk::takesOver));
        recovery.begin();
        UndoDesk undo = new UndoDesk(calls);
        Engine engine = new Engine(
                services,
                new EngineParts(
                        models,
                        new EngineTools(registry, selector, guides, undo, declared),
                        reminders,
                        deliveries,
                        nightly,
                        undo,
                        recovery,
                        desk,
                        audit,
                        new PersonFiles(
                                store,
                                Map.of(
                                        "reminders",
                                        reminders::adopt,
                                        CallRecords.COLLECTION.name(),
                                        calls.records()::adopt,
                                        LearningStore.COLLECTION.name(),
                                        learning::adopt)),
                        forgetting,
                        aliases,
                        surroundings,
                        limits(),
                        choices.budget != null ? choices.budget : configuration.budget(DEFAULT_BUDGET),
                        choices.closeWait,
                        turnThreads,
                        declared,
                        () -> wiring.describe(home, zone, configuration, registry, memory),
                        resources));
        sleepTime()
                .ifPresent(at -> resources
                        .push(new NightlyTrigger(store, jobs, at, zone, clock, nightly))
                        .start());
        jobs.register(ApprovalDesk.TYPE, engine.continuations());
        desk.resume();
        jobs.start();
        return engine;
    }

    /** The junior of now for one reading; nothing while rules stand in for it. */
    private static ContentExtract.Junior lent(Supplier<RoleModels> models, LlmClient fallback) {
        return new ContentExtract.Junior() {
            @Override
            public <T> Optional<T> with(Function<LlmClient, T> work) {
                try (RoleModels.Lease lease = models.get().lease()) {
                    return lease.junior() == fallback ? Optional.empty() : Optional.of(work.apply(lease.junior()));
                }
            }
        };
    }

    private Optional<Embedder> toolEmbedder() {
        return opening.find(Embedders.class).flatMap(all -> all.find(EmbeddingPurpose.TOOL));
    }

    private Optional<Reranker> toolReranker() {
        return configuration.rerankTools().orElse(false) ? opening.find(Reranker.class) : Optional.empty();
    }

    /** The junior, when it is a language model and the host has nothing against it. */
    private UsageGuides.Borrowed refiner(RoleModels models, LlmClient rules) {
        if (!configuration.refineGuides().orElse(true)) {
            return UsageGuides.Borrowed.none();
        }
        return work -> {
            try (RoleModels.Lease lease = models.lease()) {
                if (lease.junior() != rules) {
                    work.accept(lease.junior());
                }
            }
        };
    }

    /** A disk that is full is told by the next entry; the timer goes on. */
    private static void signed(AuditLog audit) {
        try {
            audit.checkpoint();
        } catch (RuntimeException e) {
            log.warn("The audit could not be signed; it is tried again with the next entries", e);
        }
    }

    private ApprovalSettings approvals() {
        ApprovalSettings standard = ApprovalSettings.DEFAULT;
        PolicyConfig chosen = choices.policy;
        boolean park = chosen.park != null ? chosen.park : configuration.park().orElse(standard.park());
        wiring.part(
                "approvals",
                chosen.approver != null
                        ? "asked by " + chosen.approver.getClass().getName()
                        : park ? "parked until somebody answers" : "nobody is asked: what needs one is refused");
        return new ApprovalSettings(
                first(chosen.approvalWait, configuration.approvalWait(), standard.inTurn()),
                first(chosen.approvalExpiry, configuration.approvalExpiry(), standard.expiry()),
                first(chosen.parkedExpiry, configuration.parkedExpiry(), standard.parkedExpiry()),
                park,
                standard.mostWaiting());
    }

    private static <T> T first(@Nullable T inCode, Optional<T> configured, T standard) {
        return inCode != null ? inCode : configured.orElse(standard);
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

    private JudgeParts judge(Set<String> builtIn, DocStore store, EngineEventBus bus) {
        JudgeParts judge = JudgeParts.open(
                choices.policy, configuration, home, opening.policies(), builtIn, egress(), store, bus, clock);
        Set<String> allowed = new TreeSet<>(choices.policy.allowed());
        allowed.addAll(configuration.allowedTools());
        Set<String> denied = new TreeSet<>(choices.policy.denied());
        denied.addAll(configuration.deniedTools());
        wiring.part(
                "gates",
                judge.gates().isEmpty()
                        ? "none: nothing is asked because of where words came from"
                        : judge.gates().stream().map(Gate::word).sorted().collect(Collectors.joining(", ")));
        wiring.part(
                "policy",
                "built-in tools are allowed" + (allowed.isEmpty() ? "" : ", and " + String.join(", ", allowed))
                        + (denied.isEmpty() ? "" : "; denied: " + String.join(", ", denied))
                        + (choices.policy.policies().isEmpty()
                                ? ""
                                : "; " + choices.policy.policies().size() + " policies of the host")
                        + "; everything else is denied");
        wiring.parts(
                "rules",
                () -> judge.rules().files().stream()
                        .map(file -> file.layer().word() + ": "
                                + file.index().rules().rules().size() + " of " + file.path()
                                + file.problem()
                                        .map(problem -> " (older ones: " + problem + ")")
                                        .orElse(""))
                        .toList());
        return judge;
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
