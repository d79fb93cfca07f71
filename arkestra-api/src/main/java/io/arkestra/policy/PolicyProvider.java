package io.arkestra.policy;

import io.arkestra.spi.Provider;
import io.arkestra.spi.ProviderContext;

/** Brings a policy. Every policy that is found takes part: none can weaken another. */
public interface PolicyProvider extends Provider {
    Policy open(ProviderContext context);
}
