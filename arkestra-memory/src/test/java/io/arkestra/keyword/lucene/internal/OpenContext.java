package io.arkestra.keyword.lucene.internal;

import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.Settings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

/** The context of an index that is opened by itself. Keeps warnings. */
final class OpenContext implements ProviderContext {
    final List<String> warnings = new CopyOnWriteArrayList<>();
    private final Optional<Path> home;

    OpenContext(Optional<Path> home) {
        this.home = home;
    }

    @Override
    public Settings settings() {
        return Settings.none();
    }

    @Override
    public Optional<Path> dataDirectory() {
        return home;
    }

    @Override
    public Clock clock() {
        return Clock.systemUTC();
    }

    @Override
    public Executor executor() {
        return Runnable::run;
    }

    @Override
    public <T> Optional<T> find(Class<T> contract) {
        return Optional.empty();
    }

    @Override
    public <T extends AutoCloseable> T own(T resource) {
        return resource;
    }

    @Override
    public void warn(String message) {
        warnings.add(message);
    }
}
