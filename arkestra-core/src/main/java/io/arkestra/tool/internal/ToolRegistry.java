package io.arkestra.tool.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolSpec;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The tools of an engine by name. Filled while the engine is built, immutable afterwards. */
public final class ToolRegistry {
    /**
     * A tool and where it came from.
     *
     * @param tool the tool
     * @param spec its description
     * @param origin for people: built in, given by the host, or a provider and its jar
     */
    public record Entry(Tool tool, ToolSpec spec, String origin) {}

    private final Map<String, Entry> tools = new TreeMap<>();
    private final ToolArguments arguments;

    public ToolRegistry(ToolArguments arguments) {
        this.arguments = arguments;
    }

    /** @throws ConfigException when another tool has the name or the schema of its arguments is wrong */
    public void add(Tool tool, String origin) {
        ToolSpec spec = tool.spec();
        arguments.compile(spec);
        Entry old = tools.putIfAbsent(spec.name(), new Entry(tool, spec, origin));
        if (old != null) {
            throw new ConfigException("Two tools are called '" + spec.name() + "': one is " + old.origin()
                    + ", the other " + origin + "; leave one out or rename it");
        }
    }

    public Optional<Entry> find(String name) {
        return Optional.ofNullable(tools.get(name));
    }

    public List<ToolSpec> specs() {
        return tools.values().stream().map(Entry::spec).toList();
    }

    public Collection<Entry> entries() {
        return List.copyOf(tools.values());
    }

    public Set<String> names() {
        return Collections.unmodifiableSet(tools.keySet());
    }
}
