package io.arkestra.tool.select.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.ProjectId;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.event.Events;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.policy.Decision;
import io.arkestra.policy.internal.ForeignToolPolicy;
import io.arkestra.policy.internal.PolicyChain;
import io.arkestra.schema.internal.SchemaValidator;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocStoreProvider;
import io.arkestra.store.Owner;
import io.arkestra.testkit.ScriptedLlm;
import io.arkestra.testkit.TestProviderContext;
import io.arkestra.tool.Platform;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolChoice;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSelection;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tool.UsageGuide;
import io.arkestra.tool.internal.ToolArguments;
import io.arkestra.tool.internal.ToolRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UsageGuidesTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final Scope SCOPE = Scope.of(ALICE);
    private static final String BETTER = """
            {"title": "Weather", "summary": "Tells tomorrow's weather of a city.", "goodFor": ["Forecasts"], "notFor": ["History"],
             "examples": ["Will it rain in Oslo?"]}""";

    private final SchemaValidator schemas = SchemaValidator.create();
    private final ToolRegistry registry = new ToolRegistry(new ToolArguments(schemas));
    private final EngineEventBus bus = new EngineEventBus(Clock.systemUTC());
    private DocStore store;
    private ToolTelemetry telemetry;

    @BeforeEach
    void open() {
        store = ServiceLoader.load(DocStoreProvider.class)
                .findFirst()
                .orElseThrow()
                .open(TestProviderContext.builder().build());
        telemetry = new ToolTelemetry(store, registry, bus, Runnable::run);
        add(ToolSpec.builder("weather.forecast").description("Forecasts the weather of a city."));
    }

    @AfterEach
    void close() {
        telemetry.close();
        bus.close();
        store.close();
    }

    private void add(ToolSpec.Builder builder) {
        registry.replace(tool(builder.build()), "test", io.arkestra.policy.Trust.BUILT_IN);
    }

    private static Tool tool(ToolSpec spec) {
        return new Tool() {
            @Override
            public ToolSpec spec() {
                return spec;
            }

            @Override
            public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
                return ToolResult.text("");
            }
        };
    }

    private UsageGuides guides(UsageGuides.Borrowed models) {
        return new UsageGuides(registry, store, telemetry, schemas, models, Runnable::run);
    }

    @Test
    void guide_goodAnswerOfTheModel_refinesOnceAndIsKept() {
        try (ScriptedLlm junior = new ScriptedLlm()) {
            junior.expect().answers(BETTER);
            UsageGuides guides = guides(work -> work.accept(junior));

            guides.guide("weather.forecast");

            UsageGuide refined = guides.guide("weather.forecast").orElseThrow();
            assertEquals("Tells tomorrow's weather of a city.", refined.summary());
            assertEquals(List.of("Forecasts"), refined.goodFor());
            UsageGuide kept = guides(UsageGuides.Borrowed.none())
                    .guide("weather.forecast")
                    .orElseThrow();
            assertEquals(refined, kept);
        }
    }

    @Test
    void guide_damagedAnswerOfTheModel_staysAsTheRulesMadeIt() {
        for (String damaged : List.of("{\"title\": \"W", "[]", BETTER.replace("\"Weather\"", "7"), "no idea")) {
            try (ScriptedLlm junior = new ScriptedLlm()) {
                junior.expect().answers(damaged);
                UsageGuides guides = guides(work -> work.accept(junior));

                guides.guide("weather.forecast");

                assertEquals(
                        GuideRules.of(
                                registry.find("weather.forecast").orElseThrow().spec()),
                        guides.guide("weather.forecast").orElseThrow());
            }
        }
    }

    @Test
    void watch_toolsThatAreThereOrCome_haveGuidesByRulesAtOnce() {
        UsageGuides guides = guides(UsageGuides.Borrowed.none());
        guides.watch();
        assertTrue(guides.has(spec()));

        add(ToolSpec.builder("later.tool").description("Comes later."));
        ToolSpec later = registry.find("later.tool").orElseThrow().spec();
        assertTrue(guides.has(later));
        assertEquals(GuideRules.of(later), guides.guide(later));
    }

    @Test
    void watch_schemasThatSayNothingOfAValue_haveGuidesTooAndKeepNobodyWaiting() {
        UsageGuides guides = guides(UsageGuides.Borrowed.none());
        guides.watch();
        add(ToolSpec.builder("any.thing").description("Takes anything.").arguments("""
                {"type": "object", "properties": {"what": true, "all": {"type": "array", "items": true},
                 "words": {"type": "array", "items": {"type": ["string", "null"]}}}}"""));
        add(ToolSpec.builder("later.tool").description("Comes later."));

        assertTrue(guides.has(registry.find("later.tool").orElseThrow().spec()));
        assertEquals(
                List.of("what (any)", "all (list)", "words (list of string or null)"),
                guides.guide("any.thing").orElseThrow().arguments());
    }

    @Test
    void watch_guideThatWasRefinedBefore_isTheKeptOne() {
        try (ScriptedLlm junior = new ScriptedLlm()) {
            junior.expect().answers(BETTER);
            guides(work -> work.accept(junior)).guide("weather.forecast");
        }
        UsageGuides guides = guides(UsageGuides.Borrowed.none());
        guides.watch();

        assertEquals(List.of("Forecasts"), guides.guide(spec()).goodFor());
    }

    @Test
    void watch_toolThatNobodyAskedAbout_isRefinedInTheBackground() {
        try (ScriptedLlm junior = new ScriptedLlm()) {
            junior.expect().answers(BETTER);
            UsageGuides guides = guides(work -> work.accept(junior));
            guides.watch();

            guides.work();

            assertEquals(
                    "Tells tomorrow's weather of a city.",
                    guides(UsageGuides.Borrowed.none())
                            .guide("weather.forecast")
                            .orElseThrow()
                            .summary());
            guides.work(); // nothing waits any more: the model is not asked again
        }
    }

    @Test
    void watch_answerThatIsDamaged_isTriedAgain() {
        try (ScriptedLlm junior = new ScriptedLlm()) {
            junior.expect().answers("no idea");
            junior.expect().answers(BETTER);
            UsageGuides guides = guides(work -> work.accept(junior));
            guides.watch();

            guides.work();
            assertTrue(guides.guide(spec()).goodFor().contains("Forecasts the weather of a city."));
            guides.work();

            assertEquals(List.of("Forecasts"), guides.guide(spec()).goodFor());
        }
    }

    @Test
    void watch_descriptionThatNoModelCanRead_isLeftToTheRulesAfterSomeTries() {
        AtomicInteger asked = new AtomicInteger();
        try (ScriptedLlm junior = new ScriptedLlm()) {
            for (int i = 0; i < 5; i++) {
                junior.expect().answers("no idea");
            }
            UsageGuides guides = guides(work -> {
                asked.incrementAndGet();
                work.accept(junior);
            });
            guides.watch();
            for (int i = 0; i < 20; i++) {
                guides.work();
            }
        }
        assertEquals(5, asked.get());
    }

    @Test
    void watch_noModelYet_waitsForALaterOne() {
        AtomicReference<ScriptedLlm> model = new AtomicReference<>();
        UsageGuides guides = guides(work -> {
            if (model.get() != null) {
                work.accept(model.get());
            }
        });
        guides.watch();
        for (int i = 0; i < 20; i++) {
            guides.work();
        }
        try (ScriptedLlm junior = new ScriptedLlm()) {
            junior.expect().answers(BETTER);
            model.set(junior);

            guides.work();

            assertEquals(List.of("Forecasts"), guides.guide(spec()).goodFor());
        }
    }

    @Test
    void watch_toolThatComesLater_waitsTooAndOneOfOurOwnDoesNot() {
        List<String> asked = new ArrayList<>();
        try (ScriptedLlm junior = new ScriptedLlm()) {
            junior.expect().answers("no idea");
            UsageGuides guides = guides(work -> {
                asked.add("once");
                work.accept(junior);
            });
            registry.remove("weather.forecast");
            guides.watch();
            registry.add(
                    tool(ToolSpec.builder("own.tool").description("Is ours.").build()), ToolRegistry.OWN);
            guides.work();
            assertEquals(List.of(), asked);

            add(ToolSpec.builder("later.tool").description("Comes later."));
            guides.work();
            assertEquals(1, asked.size());
        }
    }

    private ToolSpec spec() {
        return registry.find("weather.forecast").orElseThrow().spec();
    }

    private void called(String tool, String... statuses) {
        for (String status : statuses) {
            bus.publish(new Events.ToolFinished(
                    bus.nextHeader(ALICE, TurnId.of("t1")), "c", tool, status, Duration.ofMillis(40)));
        }
    }

    private static final SessionId HERE = SessionId.of("here");

    private String told(ToolDescriptions descriptions, SessionId session, String tool) {
        return descriptions
                .of(ALICE, session, registry.find(tool).orElseThrow().spec())
                .description();
    }

    @Test
    void described_plainTool_isTheSameObject() {
        ToolDescriptions descriptions = new ToolDescriptions(guides(UsageGuides.Borrowed.none()), telemetry);
        called("weather.forecast", "ok", "ok", "ok", "ok", "tool.timeout");

        assertSame(spec(), descriptions.of(ALICE, HERE, spec()), "one failure of five is not often");
    }

    @Test
    void described_whatTheGuideKnowsMore_followsTheDescription() {
        try (ScriptedLlm junior = new ScriptedLlm()) {
            junior.expect().answers(BETTER.replace("\"History\"", "\"History.\", \"a city\", \"Tides\", \"Moons\""));
            UsageGuides guides = guides(work -> work.accept(junior));
            guides.watch();
            guides.work();
            ToolDescriptions descriptions = new ToolDescriptions(guides, telemetry);
            called("weather.forecast", "ok", "ok", "ok", "tool.timeout", "tool.timeout", "tool.failed");

            assertEquals(
                    "Forecasts the weather of a city. Not for: History; Tides."
                            + " Often fails with tool.timeout (2 of 6 calls).",
                    told(descriptions, HERE, "weather.forecast"));
        }
    }

    @Test
    void described_effectsThatCannotBeUndone_saySo() {
        add(ToolSpec.builder("mail.send")
                .description("Sends a mail.")
                .capability("net.send")
                .sideEffect(ToolSpec.SideEffect.OUTWARD));
        add(ToolSpec.builder("file.put")
                .description("Puts a file. Cannot be undone.")
                .sideEffect(ToolSpec.SideEffect.LOCAL));
        ToolDescriptions descriptions = new ToolDescriptions(guides(UsageGuides.Borrowed.none()), telemetry);

        assertTrue(told(descriptions, HERE, "mail.send").startsWith("Sends a mail. Cannot be undone."));
        assertEquals("Puts a file. Cannot be undone.", told(descriptions, HERE, "file.put"));
    }

    @Test
    void described_inAConversation_staysAsItWasTold() {
        ToolDescriptions descriptions = new ToolDescriptions(guides(UsageGuides.Borrowed.none()), telemetry);
        String first = told(descriptions, HERE, "weather.forecast");
        called("weather.forecast", "tool.timeout", "tool.timeout", "tool.timeout", "tool.timeout", "tool.timeout");

        assertEquals(first, told(descriptions, HERE, "weather.forecast"));
        assertTrue(told(descriptions, SessionId.of("other"), "weather.forecast").contains("Often fails"));
        add(ToolSpec.builder("weather.forecast").description("Counts clouds."));
        assertTrue(told(descriptions, HERE, "weather.forecast").startsWith("Counts clouds."), "it is another tool");
    }

    @Test
    void forget_ofAUser_dropsWhatItsConversationsWereTold() {
        ToolDescriptions descriptions = new ToolDescriptions(guides(UsageGuides.Borrowed.none()), telemetry);
        UserId bob = UserId.of("bob");
        ToolSpec bobs = descriptions.of(bob, HERE, spec());
        told(descriptions, HERE, "weather.forecast");
        called("weather.forecast", "tool.timeout", "tool.timeout", "tool.timeout", "tool.timeout", "tool.timeout");

        descriptions.forget(ALICE);

        assertTrue(told(descriptions, HERE, "weather.forecast").contains("Often fails"), "it is told anew");
        assertSame(bobs, descriptions.of(bob, HERE, spec()));
    }

    @Test
    void described_longAndOddWords_areBoundedAndOnOneLine() {
        String odd = "x\\n\\u202e".repeat(30);
        try (ScriptedLlm junior = new ScriptedLlm()) {
            junior.expect().answers(BETTER.replace("\"History\"", "\"" + odd + "\", \"b" + odd + "\""));
            UsageGuides guides = guides(work -> work.accept(junior));
            guides.watch();
            guides.work();
            String told = told(new ToolDescriptions(guides, telemetry), HERE, "weather.forecast");

            assertTrue(told.length() < 300 && told.contains("Not for: "), told);
            assertTrue(told.chars().noneMatch(c -> c == '\n' || c == 0x202e), told);
        }
    }

    @Test
    void guide_changedDefinition_isMadeAnew() {
        UsageGuides guides = guides(UsageGuides.Borrowed.none());
        guides.guide("weather.forecast");

        add(ToolSpec.builder("weather.forecast").description("Counts clouds."));

        assertEquals(
                "Counts clouds.", guides.guide("weather.forecast").orElseThrow().summary());
        assertEquals(Optional.empty(), guides.guide("nothing.here"));
    }

    @Test
    void guide_callsThatFailed_tellsHowOftenAndWhyWithoutAModel() {
        UsageGuides guides = guides(UsageGuides.Borrowed.none());
        for (String status : List.of("ok", "ok", "tool.timeout", "denied")) {
            bus.publish(new Events.ToolFinished(
                    bus.nextHeader(ALICE, TurnId.of("t1")), "c", "weather.forecast", status, Duration.ofMillis(40)));
        }

        List<String> constraints =
                guides.guide("weather.forecast").orElseThrow().constraints();

        assertTrue(
                constraints.contains("2 of 3 calls succeeded; the commonest failure is tool.timeout (1)."),
                constraints.toString());
        assertTrue(constraints.contains("Half of the latest calls took at most 40 ms."), constraints.toString());
        try (ToolTelemetry other = new ToolTelemetry(store, registry, bus, Runnable::run)) {
            assertEquals(
                    2,
                    other.figures(Owner.of(ALICE), "weather.forecast", "1.0.0").succeeded());
            assertEquals(
                    0,
                    other.figures(Owner.of(UserId.of("bob")), "weather.forecast", "1.0.0")
                            .made());
        }
    }

    private ToolSelector selector() {
        return new ToolSelector(
                registry,
                new PolicyChain(List.of(
                        (action, scope) -> action.name().equals("weather.secret")
                                ? Decision.deny("test", "no")
                                : Decision.allow("test", "yes"),
                        new ForeignToolPolicy(Platform.LINUX))),
                Optional.empty(),
                Optional.empty(),
                telemetry,
                store,
                Runnable::run);
    }

    @Test
    void available_deniedOtherPlatformOtherProject_areLeftOut() {
        add(ToolSpec.builder("weather.secret").description("Tells the weather secretly."));
        add(ToolSpec.builder("weather.windows")
                .description("Tells the weather.")
                .platforms(Platform.WINDOWS));
        add(ToolSpec.builder("weather.project").description("Tells it.").project(ProjectId.of("p1")));

        assertEquals(
                List.of("weather.forecast"),
                selector().available(SCOPE).stream().map(ToolSpec::name).toList());
        assertEquals(
                2, selector().available(SCOPE.withProject(ProjectId.of("p1"))).size());
    }

    @Test
    void select_words_findsTheToolAndSaysWhy() {
        add(ToolSpec.builder("note.create").description("Writes a note down."));
        ToolSelector selector = selector();

        ToolSelection selection = selector.select(SCOPE, "what is the weather forecast", 5, Cancellation.none());

        ToolChoice best = selection.best().orElseThrow();
        assertEquals("weather.forecast", best.name());
        assertTrue(best.reasons().get(0).contains("weather"), best.reasons().toString());
        assertEquals(
                Optional.empty(),
                selector.select(SCOPE, "hello", 5, Cancellation.none()).best());
        add(ToolSpec.builder("joke.tell").description("Tells jokes."));
        assertEquals(
                "joke.tell",
                selector.select(SCOPE, "a joke please", 5, Cancellation.none())
                        .best()
                        .orElseThrow()
                        .name());
    }

    @Test
    void select_badInput_isRefused() {
        assertThrows(InvalidInputException.class, () -> selector().select(SCOPE, " ", 5, Cancellation.none()));
        assertThrows(InvalidInputException.class, () -> selector().select(SCOPE, "x", 0, Cancellation.none()));
    }
}
