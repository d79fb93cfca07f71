package io.arkestra.testkit;

import io.arkestra.common.Json;
import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.Settings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What a provider is given, for tests: opens a provider without an engine. Thread-safe; closing it closes what was owned. */
public final class TestProviderContext implements ProviderContext, AutoCloseable {
    private final Settings settings;
    private final @Nullable Path dataDirectory;
    private final Clock clock;
    private final Executor executor;
    private final Map<Class<?>, Object> services;
    private final List<Path> protectedFiles;
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();

    private TestProviderContext(Builder builder) {
        this.settings = builder.settings;
        this.dataDirectory = builder.dataDirectory;
        this.clock = builder.clock;
        this.executor = builder.executor;
        this.services = Map.copyOf(builder.services);
        this.protectedFiles = List.copyOf(builder.protectedFiles);
    }

    /** Starts a context: in memory, the system's clock in UTC, work done at once on the calling thread, no settings. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Settings settings() {
        return settings;
    }

    @Override
    public Optional<Path> dataDirectory() {
        return Optional.ofNullable(dataDirectory);
    }

    @Override
    public List<Path> protectedFiles() {
        return protectedFiles;
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public Executor executor() {
        return executor;
    }

    @Override
    public <T> Optional<T> find(Class<T> contract) {
        return Optional.ofNullable(services.get(contract)).map(contract::cast);
    }

    @Override
    public <T extends AutoCloseable> T own(T resource) {
        lock.lock();
        try {
            owned.push(resource);
            return resource;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void warn(String message) {
        warnings.add(message);
    }

    /** What the provider warned about, oldest first. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** Closes what was owned, newest first, all of it; the first failure is thrown at the end with the others suppressed. */
    @Override
    public void close() {
        IllegalStateException failure = null;
        for (AutoCloseable resource = next(); resource != null; resource = next()) {
            try {
                resource.close();
            } catch (Exception e) {
                if (failure == null) {
                    failure = new IllegalStateException("Closing " + resource + " failed", e);
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private @Nullable AutoCloseable next() {
        lock.lock();
        try {
            return owned.poll();
        } finally {
            lock.unlock();
        }
    }

    /** Builds {@link TestProviderContext}. Not thread-safe. */
    public static final class Builder {
        private Settings settings = Settings.none();
        private @Nullable Path dataDirectory;
        private Clock clock = Clock.systemUTC();
        private Executor executor = Runnable::run;
        private final Map<Class<?>, Object> services = new LinkedHashMap<>();
        private List<Path> protectedFiles = List.of();

        private Builder() {}

        /** Settings as a JSON object; messages name the keys with the prefix {@code test}. */
        public Builder settings(Json values) {
            settings = Settings.of("test", values);
            return this;
        }

        /** Where the provider keeps files; the directory must exist. Without it everything stays in memory. */
        public Builder dataDirectory(Path directory) {
            dataDirectory = directory;
            return this;
        }

        /** What no tool may change. */
        public Builder protectedFiles(List<Path> files) {
            protectedFiles = List.copyOf(files);
            return this;
        }

        public Builder clock(Clock value) {
            clock = value;
            return this;
        }

        public Builder executor(Executor value) {
            executor = value;
            return this;
        }

        /** Makes a service available under its contract. */
        public <T> Builder service(Class<T> contract, T service) {
            services.put(contract, service);
            return this;
        }

        public TestProviderContext build() {
            return new TestProviderContext(this);
        }
    }
}
