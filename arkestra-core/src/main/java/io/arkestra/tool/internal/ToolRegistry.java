package io.arkestra.tool.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.policy.Trust;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolSpec;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The tools of an engine by name. Tools come and go while the engine runs; each reader sees one state of it. Thread-safe. */
public final class ToolRegistry {
    /**
     * A tool and where it came from.
     *
     * @param tool the tool
     * @param spec its description
     * @param origin for people: built in, given by the host, or a provider and its jar
     * @param trust how far its code is trusted
     */
    public record Entry(Tool tool, ToolSpec spec, String origin, Trust trust) {}

    /**
     * One state of the registry.
     *
     * @param version grows with every change
     * @param entries by name
     */
    public record Snapshot(long version, Map<String, Entry> entries) {}

    /** Origin of the tools that are part of the engine. */
    public static final String OWN = "built in";

    private final ToolArguments arguments;
    private final List<Consumer<Entry>> listeners = new CopyOnWriteArrayList<>();
    private volatile Snapshot current = new Snapshot(0, Map.of());

    public ToolRegistry(ToolArguments arguments) {
        this.arguments = arguments;
    }

    /** @throws ConfigException when another tool has the name or the schema of its arguments is wrong */
    public void add(Tool tool, String origin) {
        add(tool, origin, Trust.BUILT_IN);
    }

    /** @throws ConfigException when another tool has the name or the schema of its arguments is wrong */
    public synchronized void add(Tool tool, String origin, Trust trust) {
        ToolSpec spec = tool.spec();
        arguments.compile(spec);
        Entry old = current.entries().get(spec.name());
        if (old != null) {
            throw new ConfigException("Two tools are called '" + spec.name() + "': one is " + old.origin()
                    + ", the other " + origin + "; leave one out or rename it");
        }
        put(new Entry(tool, spec, origin, trust));
    }

    /**
     * Puts a tool in the place of the one of the same name, or adds it.
     *
     * @throws ConfigException when the schema of its arguments is wrong; nothing is changed then
     */
    public synchronized void replace(Tool tool, String origin, Trust trust) {
        ToolSpec spec = tool.spec();
        arguments.compile(spec);
        put(new Entry(tool, spec, origin, trust));
    }

    /** Takes a tool out; calls that run go on. False when there is none of this name. */
    public synchronized boolean remove(String name) {
        if (!current.entries().containsKey(name)) {
            return false;
        }
        TreeMap<String, Entry> entries = new TreeMap<>(current.entries());
        entries.remove(name);
        current = new Snapshot(current.version() + 1, Collections.unmodifiableMap(entries));
        return true;
    }

    private void put(Entry entry) {
        TreeMap<String, Entry> entries = new TreeMap<>(current.entries());
        entries.put(entry.spec().name(), entry);
        current = new Snapshot(current.version() + 1, Collections.unmodifiableMap(entries));
        listeners.forEach(listener -> listener.accept(entry));
    }

    /** Tells of every tool: of those that are there at once, of each other when it comes or takes another's place. The listener must be quick. */
    public synchronized void onEach(Consumer<Entry> listener) {
        listeners.add(listener);
        current.entries().values().forEach(listener);
    }

    /** The state of now. */
    public Snapshot snapshot() {
        return current;
    }

    public Optional<Entry> find(String name) {
        return Optional.ofNullable(current.entries().get(name));
    }

    public List<ToolSpec> specs() {
        return current.entries().values().stream().map(Entry::spec).toList();
    }

    public Collection<Entry> entries() {
        return current.entries().values();
    }

    public Set<String> names() {
        return current.entries().keySet();
    }
}
