package io.arkestra.spi.internal;

import io.arkestra.spi.Environment;
import java.util.Map;
import java.util.Optional;

/** The running Java, with a given view of its properties and variables. Immutable. */
public final class SystemEnvironment implements Environment {
    private final Map<String, String> properties;
    private final Map<String, String> variables;
    private final ClassLoader loader;

    /** @param loader that found the provider which asks */
    public SystemEnvironment(Map<String, String> properties, Map<String, String> variables, ClassLoader loader) {
        this.properties = Map.copyOf(properties);
        this.variables = Map.copyOf(variables);
        this.loader = loader;
    }

    @Override
    public Optional<String> property(String name) {
        return Optional.ofNullable(properties.get(name));
    }

    @Override
    public Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name));
    }

    @Override
    public int javaVersion() {
        return Runtime.version().feature();
    }

    @Override
    public boolean hasClass(String name) {
        try {
            Class.forName(name, false, loader);
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }
}
