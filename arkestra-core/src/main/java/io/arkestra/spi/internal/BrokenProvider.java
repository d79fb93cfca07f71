package io.arkestra.spi.internal;

/**
 * A provider that was declared but not loaded: it failed, or it was excluded by class name. The others are not affected.
 *
 * @param name of its class
 * @param jar that declares it
 * @param reason why not
 */
public record BrokenProvider(String name, String jar, String reason) {
    @Override
    public String toString() {
        return name + " from " + jar + ": " + reason;
    }
}
