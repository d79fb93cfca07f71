package io.arkestra.tool.select.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Cancellation;
import io.arkestra.llm.LlmClient;
import io.arkestra.schema.internal.SchemaValidator;
import io.arkestra.store.DocStore;
import io.arkestra.store.Owner;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tool.UsageGuide;
import io.arkestra.tool.internal.ToolRegistry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The usage guides of all tools. Rules make one when a tool is registered; a model refines it in the background, once for each definition, as soon
 * as there is one, and what calls have shown is added whenever it is read. Thread-safe.
 */
public final class UsageGuides {
    private static final Logger log = LoggerFactory.getLogger(UsageGuides.class);
    /** With fewer calls nothing is said about how often they fail. */
    private static final long ENOUGH_CALLS = 5;
    /** Then a description is left to the rules until the tool or the process is another. */
    private static final int MOST_TRIES = 5;

    private final ToolRegistry registry;
    private final GuideStore store;
    private final ToolTelemetry telemetry;
    private final GuideRefinement refinement;
    private final Borrowed models;
    private final Executor executor;
    private final Map<Definition, UsageGuide> guides = new ConcurrentHashMap<>();
    /** Definitions of which it is known whether a refined guide is kept. */
    private final Set<Definition> looked = ConcurrentHashMap.newKeySet();

    private final Set<Definition> refined = ConcurrentHashMap.newKeySet();
    /** Definitions whose guides somebody asked for. */
    private final Set<Definition> asked = ConcurrentHashMap.newKeySet();
    /** Tools whose guides a model is to refine, the longest waiting first. */
    private final Map<String, Waiting> waiting = Collections.synchronizedMap(new LinkedHashMap<>());

    /** Tools that were registered and have no guide yet. */
    private final Queue<ToolSpec> unread = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean reading = new AtomicBoolean();
    private final AtomicBoolean working = new AtomicBoolean();

    /** @param tries how often a model was asked in vain */
    private record Waiting(ToolSpec spec, int tries) {}

    /** Lends the model that refines. */
    @FunctionalInterface
    public interface Borrowed {
        /** Calls the work with the junior while it is open; does nothing when there is no language model. */
        void with(Consumer<LlmClient> work);

        /** There is none. */
        static Borrowed none() {
            return work -> {};
        }
    }

    public UsageGuides(
            ToolRegistry registry,
            DocStore store,
            ToolTelemetry telemetry,
            SchemaValidator schemas,
            Borrowed models,
            Executor executor) {
        this.registry = registry;
        this.store = new GuideStore(store);
        this.telemetry = telemetry;
        this.refinement = new GuideRefinement(schemas);
        this.models = models;
        this.executor = executor;
    }

    /** The guide of the tool of this name, as good as it is by now. Does not wait for a model. */
    public Optional<UsageGuide> guide(String name) {
        Optional<ToolSpec> spec = registry.find(name).map(ToolRegistry.Entry::spec);
        Optional<UsageGuide> guide = spec.map(this::guide);
        // Who asks for a guide wants it as good as it can be, also of one of our own.
        spec.filter(wanted -> asked.add(Definition.of(wanted))).ifPresent(wanted -> {
            waiting.putIfAbsent(wanted.name(), new Waiting(wanted, 0));
            work(wanted.name());
        });
        return guide;
    }

    /** The same, for a definition that is at hand. */
    UsageGuide guide(ToolSpec spec) {
        return amended(of(spec), spec);
    }

    /** Whether there is one already. */
    boolean has(ToolSpec spec) {
        return guides.containsKey(Definition.of(spec));
    }

    private UsageGuide of(ToolSpec spec) {
        return of(Definition.of(spec), spec);
    }

    /** What is kept, which is looked up once, or what the rules make of it; a model is to say it better when none has. */
    private UsageGuide of(Definition definition, ToolSpec spec) {
        UsageGuide guide = guides.computeIfAbsent(definition, key -> GuideRules.of(spec));
        if (looked.contains(definition)) {
            return guide;
        }
        Optional<UsageGuide> kept = kept(definition);
        kept.ifPresent(better -> {
            guides.replace(definition, guide, better);
            refined.add(definition);
        });
        looked.add(definition);
        return kept.orElse(guide);
    }

    /** A tool is there, and gets its guide: unless it is one of our own, whose words are chosen, a model is to say more plainly what it is for. */
    private void registered(ToolRegistry.Entry entry) {
        unread.add(entry.spec());
        read();
        if (!entry.origin().equals(ToolRegistry.OWN)) {
            waiting.put(entry.spec().name(), new Waiting(entry.spec(), 0));
        }
    }

    /** Has the rules read what was registered, in the background, so that nobody who opens an engine with many tools waits for it. */
    private void read() {
        if (!reading.compareAndSet(false, true)) {
            return;
        }
        try {
            executor.execute(() -> {
                do {
                    try {
                        for (ToolSpec spec = unread.poll(); spec != null; spec = unread.poll()) {
                            read(spec);
                        }
                    } finally {
                        reading.set(false);
                    }
                } while (!unread.isEmpty() && reading.compareAndSet(false, true));
            });
        } catch (RejectedExecutionException e) {
            reading.set(false);
            log.debug("The engine closes: guides are made when they are asked for");
        }
    }

    /** One tool that says of itself what the rules cannot read does not keep the others waiting: who asks for its guide is told. */
    private void read(ToolSpec spec) {
        try {
            guides.computeIfAbsent(Definition.of(spec), key -> GuideRules.of(spec));
        } catch (RuntimeException e) {
            log.warn("The rules can make no guide of the tool {}: {}", spec.name(), e.toString());
        }
    }

    /** Looks at every tool from now on. */
    public void watch() {
        registry.onEach(this::registered);
    }

    /**
     * Has a model refine one of the guides that wait for it, in the background; called now and then. One that fails is tried again later, and
     * while there is no model all of them wait.
     */
    public void work() {
        work("");
    }

    /** @param name of the tool that goes first; may be empty */
    private void work(String name) {
        if (waiting.isEmpty() || !working.compareAndSet(false, true)) {
            return;
        }
        try {
            executor.execute(() -> {
                try {
                    next(name);
                } finally {
                    working.set(false);
                }
            });
        } catch (RejectedExecutionException e) {
            working.set(false);
            log.debug("The engine closes: guides stay as they are");
        }
    }

    private void next(String first) {
        List<Waiting> all;
        synchronized (waiting) {
            all = new ArrayList<>(waiting.values());
        }
        all.sort(Comparator.comparing(one -> !one.spec().name().equals(first)));
        for (Waiting one : all) {
            Definition definition = Definition.of(one.spec());
            UsageGuide guide = of(definition, one.spec());
            if (refined.contains(definition) || !isThere(one.spec())) {
                waiting.remove(one.spec().name(), one);
                continue;
            }
            boolean[] asked = {false};
            models.with(model -> {
                asked[0] = true;
                refine(model, definition, one.spec(), guide);
            });
            if (asked[0]) {
                tried(one, refined.contains(definition));
            }
            return;
        }
    }

    private boolean isThere(ToolSpec spec) {
        return registry.find(spec.name()).filter(entry -> entry.spec() == spec).isPresent();
    }

    /** Behind the others, so that one description that no model can make something of does not keep them waiting. */
    private void tried(Waiting one, boolean done) {
        if (waiting.remove(one.spec().name(), one) && !done && one.tries() + 1 < MOST_TRIES) {
            waiting.putIfAbsent(one.spec().name(), new Waiting(one.spec(), one.tries() + 1));
        }
    }

    /** One that was refined before; its facts are read anew from the definition. */
    private Optional<UsageGuide> kept(Definition definition) {
        try {
            return store.guide(definition);
        } catch (ArkestraException | IllegalArgumentException e) {
            log.debug("The guide that was kept of {} cannot be used: {}", definition.name(), e.toString());
            return Optional.empty();
        }
    }

    private void refine(LlmClient model, Definition definition, ToolSpec spec, UsageGuide guide) {
        refinement.refine(model, guide, spec.description(), Cancellation.none()).ifPresent(better -> {
            guides.put(definition, better);
            refined.add(definition);
            keep(definition, better);
        });
    }

    private void keep(Definition definition, UsageGuide guide) {
        try {
            store.keep(definition, guide);
        } catch (ArkestraException e) {
            log.debug("The guide of {} could not be kept: {}", definition.name(), e.code());
        }
    }

    /** With what calls have shown: no model is needed for that. */
    private UsageGuide amended(UsageGuide guide, ToolSpec spec) {
        CallFigures figures = telemetry.figures(Owner.SYSTEM, spec.name(), spec.version());
        if (figures.made() == 0) {
            return guide;
        }
        List<String> constraints = new ArrayList<>(guide.constraints());
        figures.medianMillis()
                .ifPresent(millis -> constraints.add("Half of the latest calls took at most " + millis + " ms."));
        if (figures.made() >= ENOUGH_CALLS || figures.failed() > 0) {
            StringBuilder line = new StringBuilder(
                    String.format(Locale.ROOT, "%d of %d calls succeeded", figures.succeeded(), figures.made()));
            figures.commonest()
                    .ifPresent(code -> line.append("; the commonest failure is ")
                            .append(code.getKey())
                            .append(" (")
                            .append(code.getValue())
                            .append(')'));
            constraints.add(line.append('.').toString());
        }
        return new UsageGuide(
                guide.tool(),
                guide.version(),
                guide.title(),
                guide.summary(),
                guide.preconditions(),
                guide.arguments(),
                guide.goodFor(),
                guide.notFor(),
                constraints,
                guide.examples(),
                guide.risk());
    }
}
