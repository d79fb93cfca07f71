package io.arkestra.spi;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * What a provider may use. There are no globals: everything comes from here, and what the provider opens is closed by the engine,
 * newest first.
 */
public interface ProviderContext {
    /** The provider's settings. */
    Settings settings();

    /** A directory of its own, which exists; empty when everything is to stay in memory. */
    Optional<Path> dataDirectory();

    /** The engine's own directory, for providers that must keep away from it; empty when there is none or it is not told. */
    default Optional<Path> home() {
        return Optional.empty();
    }

    /**
     * Files outside of the home that say what may be done, such as those of rules, whether they are there or not: a provider of tools lets none
     * of its tools change them.
     */
    default List<Path> protectedFiles() {
        return List.of();
    }

    /**
     * Directories that may lie in the home and are not the engine's own: of projects, and where providers of tools keep theirs. A policy that keeps
     * tools out of the home lets them in there.
     */
    default List<Path> openDirectories() {
        return List.of();
    }

    /** The engine's clock. Nothing may ask the system for the time. */
    Clock clock();

    /** For work that waits (files, network). Bounded and owned by the engine. */
    Executor executor();

    /**
     * Another part of the engine by its contract, as far as it was opened before. In this order: {@link io.arkestra.guard.Guard},
     * {@link io.arkestra.store.DocStore}, {@link io.arkestra.keyword.KeywordIndexProvider} (each user of an index opens its own),
     * {@link io.arkestra.memory.Memory}, the language models, {@link io.arkestra.schedule.JobQueue},
     * {@link io.arkestra.schedule.Reminders}, tools, policies.
     */
    <T> Optional<T> find(Class<T> contract);

    /**
     * As {@link #find}, for what the provider cannot do without.
     *
     * @throws io.arkestra.common.ConfigException naming the contract when it is not there
     */
    default <T> T require(Class<T> contract) {
        return find(contract)
                .orElseThrow(() -> new io.arkestra.common.ConfigException(
                        "A provider needs " + contract.getName() + ", but the engine was built without one"));
    }

    /** Hands over something to be closed when the engine closes. Returns it. */
    <T extends AutoCloseable> T own(T resource);

    /** Tells the host about something that works but not as well as it should; shows in {@code describe()} and the log. */
    void warn(String message);
}
