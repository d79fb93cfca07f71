package io.arkestra.tool;

import io.arkestra.spi.Provider;
import io.arkestra.spi.ProviderContext;
import java.util.List;

/** Brings tools. A tool that is found this way is known, but not allowed until the policy says so. */
public interface ToolProvider extends Provider {
    /** Its tools; called once when the engine is built. */
    List<Tool> tools(ProviderContext context);
}
