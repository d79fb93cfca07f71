package io.arkestra;

import io.arkestra.approval.internal.ApprovalDesk;
import io.arkestra.approval.internal.ApprovalSettings;
import io.arkestra.audit.internal.AuditLog;
import io.arkestra.common.UserId;
import io.arkestra.concurrent.internal.Workers;
import io.arkestra.config.internal.Configuration;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.Embedders;
import io.arkestra.embedding.EmbeddingPurpose;
import io.arkestra.embedding.Reranker;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.guard.Guard;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.gateway.internal.Pace;
import io.arkestra.memory.Memory;
import io.arkestra.people.internal.AliasStore;
import io.arkestra.people.internal.PeopleStore;
import io.arkestra.policy.Gate;
import io.arkestra.policy.Policy;
import io.arkestra.provenance.internal.ContentExtract;
import io.arkestra.provenance.internal.ConversationProvenance;
import io.arkestra.provenance.internal.OwnAddressBook;
import io.arkestra.provenance.internal.QuarantinedRead;
import io.arkestra.schedule.internal.DurableJobs;
import io.arkestra.schedule.internal.DurableReminders;
import io.arkestra.schema.internal.SchemaValidator;
import io.arkestra.spi.internal.ResourceStack;
import io.arkestra.store.DocStore;
import io.arkestra.task.internal.TaskStore;
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
import io.arkestra.tool.select.internal.ToolDescriptions;
import io.arkestra.tool.select.internal.ToolSelector;
import io.arkestra.tool.select.internal.ToolTelemetry;
import io.arkestra.tool.select.internal.UsageGuides;
import io.arkestra.turn.internal.ConversationLog;
import io.arkestra.turn.internal.TurnServices;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens what tools are known, chosen, judged, run and taken back with: first what judges, because it judges about models too, then what needs
 * the models. Used once.
 */
final class ToolAssembly {
    private static final Logger log = LoggerFactory.getLogger(ToolAssembly.class);

    /**
     * What is there before any tool.
     *
     * @param choices what the host chose in code
     * @param configuration what it configured
     * @param home where everything is kept; null when everything stays in memory
     * @param zone the zone of users who named none
     * @param egress whether prompts may leave the machine
     * @param opening opens providers
     * @param wiring takes down what is wired
     * @param resources closes what is opened
     * @param clock the time
     * @param workers runs tools
     * @param bus tells what happens
     * @param guard masks
     * @param store keeps everything
     * @param schemas validates
     * @param fallback answers by rules
     */
    record Ground(
            ArkestraBuilder choices,
            Configuration configuration,
            @Nullable Path home,
            ZoneId zone,
            boolean egress,
            Opening opening,
            Wiring wiring,
            ResourceStack resources,
            Clock clock,
            Workers workers,
            EngineEventBus bus,
            Guard guard,
            DocStore store,
            SchemaValidator schemas,
            LlmClient fallback) {}

    /**
     * What tools work on.
     *
     * @param memory what is remembered
     * @param reminders sets reminders
     * @param tasks keeps tasks
     * @param people names and zones
     * @param aliases names that people go by
     * @param conversations what was said
     * @param artifacts keeps files that calls make
     */
    record Things(
            Memory memory,
            DurableReminders reminders,
            TaskStore tasks,
            PeopleStore people,
            AliasStore aliases,
            ConversationLog conversations,
            Artifacts artifacts) {}

    /**
     * What can be done with tools once the models are there.
     *
     * @param tooling what turns need
     * @param tools what hosts see
     * @param permissions explains decisions
     * @param calls what calls are made with
     * @param undo takes calls back
     * @param recovery settles calls that were cut off
     * @param desk asks people
     * @param audit takes down who did what
     * @param forget what to do when a user is forgotten
     */
    record Opened(
            TurnServices.Tooling tooling,
            Tools tools,
            EnginePermissions permissions,
            CallServices calls,
            UndoDesk undo,
            Recovery recovery,
            ApprovalDesk desk,
            AuditLog audit,
            Consumer<UserId> forget) {}

    /** A guide at a time, so that turns have the model to themselves nearly always. */
    private static final Duration REFINE_AFTER = Duration.ofMinutes(1);

    private final Ground ground;
    private final Things things;
    private final ToolArguments arguments;
    private final ToolRegistry registry;
    private final ConversationProvenance provenance;
    private final AtomicReference<ToolRunner> runner = new AtomicReference<>();
    private final AtomicReference<RoleModels> models = new AtomicReference<>();
    private final AuditLog audit;
    private final JudgeParts judge;

    ToolAssembly(Ground ground, Things things) {
        this.ground = ground;
        this.things = things;
        arguments = new ToolArguments(ground.schemas());
        registry = new ToolRegistry(arguments);
        BuiltInTools.all(things.memory(), things.reminders(), things.tasks(), things.people(), things.aliases())
                .forEach(tool -> registry.add(tool, ToolRegistry.OWN));
        provenance = new ConversationProvenance(
                new OwnAddressBook(things.aliases(), things.memory()), things.conversations()::recent);
        registry.add(
                new ContentExtract(
                        registry,
                        new QuarantinedRead(ground.schemas()),
                        provenance,
                        runner::get,
                        lent(models::get, ground.fallback())),
                ToolRegistry.OWN);
        Set<String> builtIn = Set.copyOf(registry.names());
        ground.opening().tools(registry);
        ground.opening().known(ToolCatalogue.class, name -> registry.find(name).map(ToolRegistry.Entry::spec));
        audit = ground.resources()
                .push(AuditLog.open(
                        ground.home(),
                        ground.store(),
                        ground.choices().audit.key,
                        ground.choices().audit.sinks,
                        ground.clock()));
        judge = judge(builtIn);
    }

    /** What judges about everything that happens. */
    Policy policy() {
        return judge.policy();
    }

    ToolRegistry registry() {
        return registry;
    }

    Opened open(RoleModels roles, DurableJobs jobs, ScheduledExecutorService timer) {
        models.set(roles);
        ToolTelemetry telemetry =
                ground.resources().push(new ToolTelemetry(ground.store(), registry, ground.bus(), ground.workers()));
        ToolSelector selector = new ToolSelector(
                registry, judge.policy(), embedder(), reranker(), telemetry, ground.store(), ground.workers());
        UsageGuides guides = new UsageGuides(
                registry, ground.store(), telemetry, ground.schemas(), refiner(roles), ground.workers());
        guides.watch();
        timer.scheduleWithFixedDelay(
                guides::work, REFINE_AFTER.toSeconds(), REFINE_AFTER.toSeconds(), TimeUnit.SECONDS);
        timer.scheduleWithFixedDelay(
                this::sign,
                AuditLog.CHECKPOINT_AFTER.toMinutes(),
                AuditLog.CHECKPOINT_AFTER.toMinutes(),
                TimeUnit.MINUTES);
        ApprovalDesk desk = new ApprovalDesk(
                ground.store(),
                ground.choices().policy.approver,
                approvals(),
                jobs,
                audit,
                ground.bus(),
                ground.workers(),
                ground.clock());
        CallServices calls = new CallServices(
                registry,
                arguments,
                ground.guard(),
                judge.policy(),
                judge.facts(),
                desk,
                provenance,
                audit,
                new CallRecords(ground.store(), ground.clock()),
                things.artifacts(),
                ground.bus(),
                ground.workers(),
                Pace.system(),
                ground.clock());
        ToolRunner toolRunner = new ToolRunner(calls);
        runner.set(toolRunner);
        Declarations declared = declared(calls);
        declared.restore();
        UndoDesk undo = new UndoDesk(calls);
        ToolDescriptions descriptions = new ToolDescriptions(guides, telemetry);
        return new Opened(
                new TurnServices.Tooling(registry, toolRunner, judge.policy(), provenance, selector, descriptions),
                new EngineTools(registry, selector, guides, undo, declared),
                new EnginePermissions(
                        judge,
                        registry,
                        arguments,
                        ground.store(),
                        audit,
                        ground.clock(),
                        user -> things.people().zone(user).orElse(ground.zone())),
                calls,
                undo,
                ground.resources().push(new Recovery(calls, desk::takesOver)),
                desk,
                audit,
                user -> {
                    things.artifacts().forget(user);
                    judge.forget(user);
                    telemetry.forget(user);
                    descriptions.forget(user);
                    audit.forget(user);
                });
    }

    private Declarations declared(CallServices calls) {
        return new Declarations(
                ground.store(),
                registry,
                arguments,
                new InnerCalls(calls),
                audit,
                new Lent(
                        ground.choices().tools.reached(),
                        ground.choices().tools.lent(),
                        variable -> Optional.ofNullable(System.getenv(variable))),
                new DirectHttpCaller(),
                ground.clock());
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

    private Optional<Embedder> embedder() {
        return ground.opening().find(Embedders.class).flatMap(all -> all.find(EmbeddingPurpose.TOOL));
    }

    private Optional<Reranker> reranker() {
        return ground.configuration().rerankTools().orElse(false)
                ? ground.opening().find(Reranker.class)
                : Optional.empty();
    }

    /** The junior, when it is a language model and the host has nothing against it. */
    private UsageGuides.Borrowed refiner(RoleModels roles) {
        if (!ground.configuration().refineGuides().orElse(true)) {
            return UsageGuides.Borrowed.none();
        }
        return work -> {
            try (RoleModels.Lease lease = roles.lease()) {
                if (lease.junior() != ground.fallback()) {
                    work.accept(lease.junior());
                }
            }
        };
    }

    /** A disk that is full is told by the next entry; the timer goes on. */
    private void sign() {
        try {
            audit.checkpoint();
        } catch (RuntimeException e) {
            log.warn("The audit could not be signed; it is tried again with the next entries", e);
        }
    }

    private ApprovalSettings approvals() {
        ApprovalSettings standard = ApprovalSettings.DEFAULT;
        PolicyConfig chosen = ground.choices().policy;
        Configuration configuration = ground.configuration();
        boolean park = chosen.park != null ? chosen.park : configuration.park().orElse(standard.park());
        ground.wiring()
                .part(
                        "approvals",
                        chosen.approver != null
                                ? "asked by " + chosen.approver.getClass().getName()
                                : park
                                        ? "parked until somebody answers"
                                        : "nobody is asked: what needs one is refused");
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

    private JudgeParts judge(Set<String> builtIn) {
        PolicyConfig chosen = ground.choices().policy;
        JudgeParts parts = JudgeParts.open(
                chosen,
                ground.configuration(),
                ground.home(),
                ground.opening().policies(),
                builtIn,
                ground.egress(),
                ground.store(),
                ground.bus(),
                audit,
                ground.clock());
        Set<String> allowed = new TreeSet<>(chosen.allowed());
        allowed.addAll(ground.configuration().allowedTools());
        Set<String> denied = new TreeSet<>(chosen.denied());
        denied.addAll(ground.configuration().deniedTools());
        Wiring wiring = ground.wiring();
        wiring.part(
                "gates",
                parts.gates().isEmpty()
                        ? "none: nothing is asked because of where words came from"
                        : parts.gates().stream().map(Gate::word).sorted().collect(Collectors.joining(", ")));
        wiring.part(
                "policy",
                "built-in tools are allowed" + (allowed.isEmpty() ? "" : ", and " + String.join(", ", allowed))
                        + (denied.isEmpty() ? "" : "; denied: " + String.join(", ", denied))
                        + (chosen.policies().isEmpty()
                                ? ""
                                : "; " + chosen.policies().size() + " policies of the host")
                        + "; everything else is denied");
        wiring.parts(
                "rules",
                () -> parts.rules().files().stream()
                        .map(file -> file.layer().word() + ": "
                                + file.index().rules().rules().size() + " of " + file.path()
                                + file.problem()
                                        .map(problem -> " (older ones: " + problem + ")")
                                        .orElse(""))
                        .toList());
        return parts;
    }
}
