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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The usage guides of all tools. One is there at once, made by rules; a model refines it in the background when somebody asks for it, once for
 * each definition, and what calls have shown is added whenever it is read. Thread-safe.
 */
public final class UsageGuides {
    private static final Logger log = LoggerFactory.getLogger(UsageGuides.class);
    /** With fewer calls nothing is said about how often they fail. */
    private static final long ENOUGH_CALLS = 5;

    private final ToolRegistry registry;
    private final GuideStore store;
    private final ToolTelemetry telemetry;
    private final GuideRefinement refinement;
    private final Borrowed models;
    private final Executor executor;
    private final Map<Definition, UsageGuide> guides = new ConcurrentHashMap<>();
    private final Set<Definition> refined = ConcurrentHashMap.newKeySet();

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
        return registry.find(name).map(entry -> amended(of(entry.spec()), entry.spec()));
    }

    private UsageGuide of(ToolSpec spec) {
        Definition definition = Definition.of(spec);
        UsageGuide known = guides.get(definition);
        if (known == null) {
            Optional<UsageGuide> kept = kept(definition);
            kept.ifPresent(guide -> refined.add(definition));
            known = kept.orElseGet(() -> GuideRules.of(spec));
            guides.put(definition, known);
        }
        if (refined.add(definition)) {
            refine(definition, spec, known);
        }
        return known;
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

    private void refine(Definition definition, ToolSpec spec, UsageGuide guide) {
        try {
            executor.execute(() -> models.with(model -> refinement
                    .refine(model, guide, spec.description(), Cancellation.none())
                    .ifPresent(better -> {
                        guides.put(definition, better);
                        keep(definition, better);
                    })));
        } catch (RejectedExecutionException e) {
            log.debug("The engine closes: the guide of {} stays as it is", definition.name());
        }
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
