package io.arkestra.spi;

/**
 * Root of every extension that is found through {@link java.util.ServiceLoader}. Cheap to construct, stateless, does no work in the
 * constructor. Discovery finds providers; the builder chooses.
 */
public interface Provider {
    /** The major version of these contracts. A provider made for another one is reported and not used. */
    int SPI_VERSION = 1;

    /** Lower-case words joined by dashes, unique among providers of the same kind. */
    String id();

    /** Higher wins when nobody named a provider; an equal top priority is an error. Ordinary providers keep 100. */
    default int priority() {
        return 100;
    }

    /**
     * The {@link #SPI_VERSION} that this provider was made for. The default stays 1 in every later version, so that a provider of
     * today is recognised then; one made for a later version overrides it with the literal number.
     */
    default int spiVersion() {
        return 1;
    }

    /** Whether it could be opened on this machine, with the reason when not. Quick, and never throws. */
    default Availability availability(Environment environment) {
        return Availability.ready();
    }

    /** The settings that it understands. They are checked before it is opened; a key that is not among them is an error. */
    default SettingsSpec settings() {
        return SettingsSpec.none();
    }
}
