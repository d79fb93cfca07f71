package io.arkestra.spi;

import java.util.Optional;

/** What a provider may know about the machine before it is opened. */
public interface Environment {
    /** A system property. */
    Optional<String> property(String name);

    /** An environment variable. */
    Optional<String> variable(String name);

    /** Feature version of the running Java, for example 17. */
    int javaVersion();

    /** Whether a class can be loaded by the loader that found the provider. */
    boolean hasClass(String name);
}
