package io.arkestra.spi.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one provider is given. Thread-safe as far as its parts are. */
public final class DefaultProviderContext implements ProviderContext {
    private final Engine engine;
    private final Settings settings;
    private final @Nullable Path directory;
    private final @Nullable Path home;

    /**
     * What all providers of an engine share.
     *
     * @param clock the engine's clock
     * @param executor for work that waits
     * @param contracts the parts that were opened so far
     * @param resources what is closed with the engine
     * @param warnings hears what providers warn about
     * @param protectedFiles what no tool may change
     * @param openDirectories what may lie in the home and is not the engine's own
     */
    public record Engine(
            Clock clock,
            Executor executor,
            Contracts contracts,
            ResourceStack resources,
            Consumer<String> warnings,
            List<Path> protectedFiles,
            List<Path> openDirectories) {
        public Engine {
            protectedFiles = List.copyOf(protectedFiles);
            openDirectories = List.copyOf(openDirectories);
        }

        /** Without files that are protected. */
        public Engine(
                Clock clock,
                Executor executor,
                Contracts contracts,
                ResourceStack resources,
                Consumer<String> warnings) {
            this(clock, executor, contracts, resources, warnings, List.of(), List.of());
        }
    }

    private DefaultProviderContext(Engine engine, Settings settings, @Nullable Path directory, @Nullable Path home) {
        this.engine = engine;
        this.settings = settings;
        this.directory = directory;
        this.home = home;
    }

    /** A context without a data directory: everything stays in memory. */
    public static DefaultProviderContext inMemory(Engine engine, Settings settings) {
        return new DefaultProviderContext(engine, settings, null, null);
    }

    /** A context with a data directory, which is made when somebody asks for it. */
    public static DefaultProviderContext inDirectory(Engine engine, Settings settings, Path directory) {
        return new DefaultProviderContext(engine, settings, directory, null);
    }

    /** The same for a provider that is told the home, so that it can keep away from it. */
    public static DefaultProviderContext inHome(Engine engine, Settings settings, Path directory, Path home) {
        return new DefaultProviderContext(engine, settings, directory, home);
    }

    @Override
    public Optional<Path> home() {
        return Optional.ofNullable(home);
    }

    @Override
    public List<Path> protectedFiles() {
        return engine.protectedFiles();
    }

    @Override
    public List<Path> openDirectories() {
        return engine.openDirectories();
    }

    @Override
    public Settings settings() {
        return settings;
    }

    /** @throws ConfigException when the directory cannot be made */
    @Override
    public Optional<Path> dataDirectory() {
        if (directory == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.createDirectories(directory));
        } catch (IOException e) {
            throw new ConfigException(
                    "The data directory " + directory + " cannot be made (" + e
                            + "); choose another home or make this one writable",
                    e);
        }
    }

    @Override
    public Clock clock() {
        return engine.clock();
    }

    @Override
    public Executor executor() {
        return engine.executor();
    }

    @Override
    public <T> Optional<T> find(Class<T> contract) {
        return engine.contracts().find(contract);
    }

    @Override
    public <T extends AutoCloseable> T own(T resource) {
        return engine.resources().push(resource);
    }

    @Override
    public void warn(String message) {
        engine.warnings().accept(message);
    }
}
