package io.arkestra.spi.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Where and among what to look for providers.
 *
 * @param loader asked first; the loader of the contract itself comes after it
 * @param excluded ids and class names to leave out
 * @param properties system properties that providers may see
 * @param variables environment variables that providers may see
 */
public record ProviderSearch(
        ClassLoader loader, Set<String> excluded, Map<String, String> properties, Map<String, String> variables) {
    public ProviderSearch {
        excluded = Set.copyOf(excluded);
        properties = Map.copyOf(properties);
        variables = Map.copyOf(variables);
    }

    /** The thread's context loader, the process's properties and variables. */
    public static ProviderSearch standard(Set<String> excluded) {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return in(context == null ? ClassLoader.getSystemClassLoader() : context, excluded);
    }

    /** Another loader, the process's properties and variables. */
    public static ProviderSearch in(ClassLoader loader, Set<String> excluded) {
        Map<String, String> properties = new HashMap<>();
        System.getProperties()
                .stringPropertyNames()
                .forEach(name -> properties.put(name, System.getProperty(name, "")));
        return new ProviderSearch(loader, excluded, properties, System.getenv());
    }
}
