package io.arkestra;

import io.arkestra.tool.ToolSpec;
import java.util.List;
import java.util.Optional;

/** The tools of an engine. Whether one may run is the policy's decision at the time of the call. Thread-safe. */
public interface Tools {
    /** What tools there are, by name. */
    List<ToolSpec> all();

    /** Tools that are declared at run time. */
    DeclaredTools declared();

    /** The tool of this name. */
    Optional<ToolSpec> find(String name);
}
