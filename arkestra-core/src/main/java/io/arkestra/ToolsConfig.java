package io.arkestra;

import io.arkestra.tool.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Which tools there are besides the built-in ones. Used inside {@link ArkestraBuilder#tools}. */
public final class ToolsConfig {
    private final List<Tool> added = new ArrayList<>();
    private boolean discover;

    ToolsConfig() {}

    /** Takes in the tools of every provider on the class path. They are known then, but not allowed until the policy says so. */
    public ToolsConfig discover() {
        discover = true;
        return this;
    }

    /** Takes in a tool. It is not allowed until the policy says so. */
    public ToolsConfig add(Tool tool) {
        added.add(Objects.requireNonNull(tool, "tool"));
        return this;
    }

    boolean discovers() {
        return discover;
    }

    List<Tool> added() {
        return added;
    }
}
