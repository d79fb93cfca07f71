package io.arkestra;

import io.arkestra.memory.Memory;
import io.arkestra.schedule.JobContext;
import io.arkestra.schedule.JobHandler;
import io.arkestra.store.DocStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done at night: what ran out is removed, indexes are brought up to date, the store gives space back. */
final class NightlyWork implements JobHandler {
    private static final Logger log = LoggerFactory.getLogger(NightlyWork.class);

    private final DocStore store;
    private final Memory memory;
    private final @Nullable Path home;

    NightlyWork(DocStore store, Memory memory, @Nullable Path home) {
        this.store = store;
        this.memory = memory;
        this.home = home;
    }

    SleepReport sleep() {
        long start = System.nanoTime();
        long before = bytes();
        long expired = store.expire();
        memory.refresh();
        store.compact();
        store.sync();
        return new SleepReport(expired, before, bytes(), Duration.ofNanos(System.nanoTime() - start));
    }

    @Override
    public void run(JobContext context) {
        context.cancellation().throwIfCancelled();
        log.info("{}", sleep());
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
