package io.arkestra.spi.internal;

import io.arkestra.spi.Provider;
import java.util.List;

/**
 * The provider that was chosen.
 *
 * @param provider the provider
 * @param jar where it comes from
 * @param why it was chosen
 * @param others that could have been chosen or could not be used, each with the reason
 * @param broken that were not even loaded
 */
public record Resolution<P extends Provider>(
        P provider, String jar, String why, List<String> others, List<BrokenProvider> broken) {
    public Resolution {
        others = List.copyOf(others);
        broken = List.copyOf(broken);
    }

    /** An instance that the host made. */
    public static <P extends Provider> Resolution<P> ofInstance(P provider) {
        return new Resolution<>(
                provider, Origins.ofClass(provider.getClass()), "instance given in code", List.of(), List.of());
    }

    /** One line for people: what was chosen, where it comes from, why. */
    public String describe() {
        return provider.id() + " (" + provider.getClass().getName() + " from " + jar + "; " + why + ")";
    }
}
