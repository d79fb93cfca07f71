package io.arkestra.policy;

import io.arkestra.spi.Provider;
import io.arkestra.spi.ProviderContext;

/**
 * Brings a policy. Every policy that is found takes part: none can weaken what another one denies or asks about. It can allow what no
 * other has an opinion on, so a jar on the class path is trusted as the host is.
 */
public interface PolicyProvider extends Provider {
    Policy open(ProviderContext context);
}
