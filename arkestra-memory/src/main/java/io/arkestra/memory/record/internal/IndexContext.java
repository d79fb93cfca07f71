package io.arkestra.memory.record.internal;

import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Executor;

/** What an index is given: the memory's context without the memory's settings, which mean nothing to it. */
public record IndexContext(ProviderContext memory, Optional<Path> dataDirectory) implements ProviderContext {
    /** With the memory's directory. */
    public static IndexContext of(ProviderContext memory) {
        return new IndexContext(memory, memory.dataDirectory());
    }

    /** With a directory of its own in that of the memory. */
    public IndexContext in(String name) {
        return new IndexContext(memory, dataDirectory.map(home -> {
            try {
                return Files.createDirectories(home.resolve(name));
            } catch (IOException e) {
                throw new UncheckedIOException("The directory '" + name + "' cannot be made in " + home, e);
            }
        }));
    }

    @Override
    public Settings settings() {
        return Settings.none();
    }

    @Override
    public Clock clock() {
        return memory.clock();
    }

    @Override
    public Executor executor() {
        return memory.executor();
    }

    @Override
    public <T> Optional<T> find(Class<T> contract) {
        return memory.find(contract);
    }

    @Override
    public <T extends AutoCloseable> T own(T resource) {
        return memory.own(resource);
    }

    @Override
    public void warn(String message) {
        memory.warn(message);
    }
}
