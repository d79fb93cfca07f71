package io.arkestra;

import io.arkestra.common.Json;
import io.arkestra.tool.Tool;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Which tools there are besides the built-in ones. Used inside {@link ArkestraBuilder#tools}. */
public final class ToolsConfig {
    private final List<Tool> added = new ArrayList<>();
    private final Map<String, Json> settings = new LinkedHashMap<>();
    private final Set<String> reached = new HashSet<>();
    private final Set<String> lent = new HashSet<>();
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

    /**
     * Lets {@linkplain Tools#declared declared tools} reach a host although it is this machine or in a private network.
     *
     * @param host exactly as their addresses name it, for example {@code localhost}
     */
    public ToolsConfig reach(String host) {
        reached.add(host.toLowerCase(Locale.ROOT));
        return this;
    }

    /** Lends an environment variable to {@linkplain Tools#declared declared tools}: as {@code env://NAME} in headers, and to commands. */
    public ToolsConfig lendVariable(String name) {
        lent.add(Objects.requireNonNull(name, "name"));
        return this;
    }

    Set<String> reached() {
        return reached;
    }

    Set<String> lent() {
        return lent;
    }

    boolean discovers() {
        return discover;
    }

    List<Tool> added() {
        return added;
    }
}
