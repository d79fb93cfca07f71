package io.arkestra.policy;

import io.arkestra.spi.Provider;
import io.arkestra.spi.ProviderContext;

/**
 * Brings a policy. Every policy that is found takes part, and none can weaken another. It may ask and deny; what it allows counts as no
 * opinion, because a jar on the class path must not give itself powers. A host that trusts a policy to allow adds it in code.
 */
public interface PolicyProvider extends Provider {
    Policy open(ProviderContext context);
}
