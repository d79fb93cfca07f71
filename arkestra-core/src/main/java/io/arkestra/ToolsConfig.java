package io.arkestra;

import io.arkestra.common.Json;
import io.arkestra.tool.Tool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Which tools there are besides the built-in ones. Used inside {@link ArkestraBuilder#tools}. */
public final class ToolsConfig {
    private final List<Tool> added = new ArrayList<>();
    private final Map<String, Json> settings = new LinkedHashMap<>();
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

    /**
     * Settings of a provider on the class path, for example the directories of the provider {@code files}. They beat those of the same keys in
     * {@code arkestra.yaml}.
     *
     * @param provider its id
     * @param settings a JSON object
     */
    public ToolsConfig configure(String provider, Json settings) {
        settings.members(); // Must be an object; says so when it is not.
        this.settings.put(Objects.requireNonNull(provider, "provider"), settings);
        return this;
    }

    Map<String, Json> settings() {
        return settings;
    }

    boolean discovers() {
        return discover;
    }

    List<Tool> added() {
        return added;
    }
}
