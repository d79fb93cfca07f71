package io.arkestra.spi.internal;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The opened parts of an engine by their contract. Thread-safe. */
public final class Contracts {
    private final Map<Class<?>, Object> parts = new ConcurrentHashMap<>();

    /**
     * Makes a part known to the providers that are opened later.
     *
     * @throws IllegalStateException when the contract has a part already
     */
    public <T> T put(Class<T> contract, T part) {
        Object before = parts.putIfAbsent(contract, part);
        if (before != null) {
            throw new IllegalStateException("the engine has a " + contract.getName() + " already");
        }
        return part;
    }

    public <T> Optional<T> find(Class<T> contract) {
        return Optional.ofNullable(parts.get(contract)).map(contract::cast);
    }
}
