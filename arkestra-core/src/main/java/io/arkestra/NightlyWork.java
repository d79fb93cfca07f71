package io.arkestra;

import io.arkestra.common.Cancellation;
import io.arkestra.event.Events;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.llm.LlmClient;
import io.arkestra.memory.Memory;
import io.arkestra.memory.SleepOutcome;
import io.arkestra.memory.SleepRequest;
import io.arkestra.neuro.internal.NeuroStore;
import io.arkestra.schedule.JobContext;
import io.arkestra.schedule.JobHandler;
import io.arkestra.store.DocStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done at night: what ran out is removed, memories are put in order, indexes are brought up to date, the store gives space
 * back.
 */
final class NightlyWork implements JobHandler {
    private static final Logger log = LoggerFactory.getLogger(NightlyWork.class);

    /**
     * What the work on memories may spend.
     *
     * @param time how long it may take
     * @param modelCalls how often a language model is asked
     * @param exportTo where data sets go
     */
    record Limits(Duration time, int modelCalls, Optional<Path> exportTo) {
        static final Limits DEFAULT = new Limits(Duration.ofHours(1), 200, Optional.empty());
    }

    private final DocStore store;
    private final Memory memory;
    private final @Nullable Path home;
    private final RoleModels models;
    private final LlmClient rules;
    private final Limits limits;
    private final EngineEventBus bus;
    private final NeuroStore neuro;

    /**
     * @param models the junior sums up and finds facts
     * @param rules the junior that is no language model: without one memory has its own rules
     */
    NightlyWork(
            DocStore store,
            Memory memory,
            @Nullable Path home,
            RoleModels models,
            LlmClient rules,
            Limits limits,
            EngineEventBus bus,
            NeuroStore neuro) {
        this.store = store;
        this.memory = memory;
        this.home = home;
        this.models = models;
        this.rules = rules;
        this.limits = limits;
        this.bus = bus;
        this.neuro = neuro;
    }

    SleepReport sleep(Cancellation cancel) {
        long start = System.nanoTime();
        long before = bytes();
        long expired = store.expire();
        SleepOutcome outcome;
        try (RoleModels.Lease lease = models.lease()) {
            outcome = memory.sleep(request(lease.junior(), cancel));
        }
        if (!cancel.isCancelled()) {
            outcome = withCount(outcome, "moods", neuro.sleep());
            memory.refresh();
            store.compact();
        }
        store.sync();
        return SleepReport.of(expired, before, bytes(), Duration.ofNanos(System.nanoTime() - start), outcome);
    }

    private static SleepOutcome withCount(SleepOutcome outcome, String what, long count) {
        if (count == 0) {
            return outcome;
        }
        Map<String, Long> counts = new LinkedHashMap<>(outcome.counts());
        counts.merge(what, count, Long::sum);
        return SleepOutcome.of(outcome.complete(), counts, outcome.entries());
    }

    private SleepRequest request(LlmClient model, Cancellation cancel) {
        SleepRequest request = SleepRequest.all()
                .budget(limits.time())
                .modelCalls(limits.modelCalls())
                .cancel(cancel)
                .progress(step -> bus.publish(new Events.SleepProgressed(
                        bus.nextHeader(), step.step(), step.done(), step.total(), step.changed())));
        if (model != rules) {
            request = request.model(model);
        }
        return limits.exportTo().isPresent() ? request.export(limits.exportTo().get()) : request;
    }

    @Override
    public void run(JobContext context) {
        context.cancellation().throwIfCancelled();
        log.info("{}", sleep(context.cancellation()));
        context.cancellation().throwIfCancelled();
    }

    private long bytes() {
        if (home == null) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(home)) {
            return files.mapToLong(NightlyWork::size).sum();
        } catch (IOException | UncheckedIOException e) {
            log.debug("The size of {} cannot be told", home, e);
            return 0;
        }
    }

    private static long size(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            return 0; // gone meanwhile: an index merges its files while they are counted
        }
    }
}
