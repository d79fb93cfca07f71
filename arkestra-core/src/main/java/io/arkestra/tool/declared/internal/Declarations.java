package io.arkestra.tool.declared.internal;

import io.arkestra.DeclaredTool;
import io.arkestra.DeclaredTools;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.policy.Trust;
import io.arkestra.store.DocStore;
import io.arkestra.tool.Tool;
import io.arkestra.tool.declared.internal.DeclaredRecords.Kept;
import io.arkestra.tool.internal.CallLedger;
import io.arkestra.tool.internal.InnerCalls;
import io.arkestra.tool.internal.ToolArguments;
import io.arkestra.tool.internal.ToolRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps declared tools and has those that are enabled in the registry. Thread-safe: one change at a time. */
public final class Declarations implements DeclaredTools {
    private static final Logger log = LoggerFactory.getLogger(Declarations.class);
    private static final String ORIGIN = "declared";
    private final DeclaredRecords records;

    private final ToolRegistry registry;
    private final ToolArguments arguments;
    private final InnerCalls calls;
    private final CallLedger ledger;
    private final Lent lent;
    private final HttpCaller caller;
    private final Clock clock;
    private final Map<String, String> problems = new TreeMap<>();

    public Declarations(
            DocStore store,
            ToolRegistry registry,
            ToolArguments arguments,
            InnerCalls calls,
            CallLedger ledger,
            Lent lent,
            HttpCaller caller,
            Clock clock) {
        this.records = new DeclaredRecords(store);
        this.registry = registry;
        this.arguments = arguments;
        this.calls = calls;
        this.ledger = ledger;
        this.lent = lent;
        this.caller = caller;
        this.clock = clock;
    }

    /** Puts what is kept and enabled into the registry. What cannot be used any more is left out, with the reason in the list. */
    public synchronized void restore() {
        List<Kept> left =
                new ArrayList<>(records.all().stream().filter(Kept::isEnabled).toList());
        // A chain can only be made when its tools are there.
        boolean moved = true;
        while (moved && !left.isEmpty()) {
            moved = left.removeIf(kept -> {
                try {
                    register(kept);
                    problems.remove(kept.name());
                    return true;
                } catch (ConfigException e) {
                    problems.put(kept.name(), String.valueOf(e.getMessage()));
                    return false;
                }
            });
        }
        left.forEach(
                kept -> log.warn("The declared tool {} cannot be used: {}", kept.name(), problems.get(kept.name())));
    }

    @Override
    public synchronized DeclaredTool add(String text) {
        Definition definition = Definition.parse(text);
        Optional<Kept> known = records.find(definition.name());
        if (known.filter(kept -> !kept.isRemoved()).isPresent()) {
            throw new ConfigException(
                    "There is a declared tool '" + definition.name() + "' already; edit it, or remove it first");
        }
        return version(definition, known.orElse(new Kept(definition.name(), "removed", "", List.of())), "added");
    }

    @Override
    public synchronized DeclaredTool edit(String text) {
        Definition definition = Definition.parse(text);
        return version(definition, known(definition.name()), "edited");
    }

    private DeclaredTool version(Definition definition, Kept before, String what) {
        if (before.versions().size() >= DeclaredRecords.MOST_VERSIONS) {
            throw new ConfigException("'" + definition.name() + "' has "
                    + before.versions().size() + " versions; declare a tool of another name");
        }
        registry.find(definition.name())
                .filter(entry -> !entry.origin().equals(ORIGIN))
                .ifPresent(entry -> {
                    throw new ConfigException("There is a tool '" + definition.name() + "' already, which is "
                            + entry.origin() + "; choose another name");
                });
        checkCycles(definition);
        long version = before.versions().size() + 1L;
        Tool tool = tool(definition, version);
        arguments.compile(tool.spec());
        Kept kept = before.with(Json.object()
                .put("version", version)
                .put("at", clock.instant())
                .put("definition", definition.json())
                .build());
        records.put(kept);
        registry.replace(tool, ORIGIN, Trust.UNKNOWN);
        problems.remove(kept.name());
        audit(kept, what);
        return described(kept, kept.newest());
    }

    private Tool tool(Definition definition, long version) {
        return switch (definition.kind()) {
            case "http" -> new HttpTool(definition, version, lent, caller);
            case "command" -> new CommandTool(definition, version, lent);
            default -> new ChainTool(definition, version, calls);
        };
    }

    private void checkCycles(Definition definition) {
        if (definition.kind().equals("chain")) {
            reaches(definition.name(), ChainTool.uses(definition.json()), new HashSet<>(), definition.name());
        }
    }

    private void reaches(String wanted, List<String> from, Set<String> seen, String path) {
        for (String name : from) {
            if (name.equals(wanted)) {
                throw new ConfigException("The chain would call itself: " + path + " → " + name);
            }
            if (seen.add(name)) {
                records.find(name)
                        .filter(kept -> !kept.isRemoved())
                        .ifPresent(kept ->
                                reaches(wanted, ChainTool.uses(definition(kept.newest())), seen, path + " → " + name));
            }
        }
    }

    private static Json definition(Json version) {
        return version.get("definition").orElseThrow();
    }

    private void register(Kept kept) {
        Json newest = kept.newest();
        Definition definition = Definition.parse(definition(newest).toString());
        registry.find(kept.name())
                .filter(entry -> !entry.origin().equals(ORIGIN))
                .ifPresent(entry -> {
                    throw new ConfigException("another tool has its name, which is " + entry.origin());
                });
        registry.replace(tool(definition, newest.integer("version").orElse(1L)), ORIGIN, trust(kept));
    }

    private static Trust trust(Kept kept) {
        return isPinned(kept, kept.newest()) ? Trust.PINNED : Trust.UNKNOWN;
    }

    private static boolean isPinned(Kept kept, Json version) {
        return version.equals(kept.newest())
                && kept.pinned().equals(definition(version).digest());
    }

    private Kept known(String name) {
        return records.find(name).filter(kept -> !kept.isRemoved()).orElseThrow(() -> {
            List<String> names = records.all().stream()
                    .filter(kept -> !kept.isRemoved())
                    .map(Kept::name)
                    .toList();
            return new ConfigException("There is no declared tool '" + name + "'; there "
                    + (names.isEmpty() ? "are none" : "are " + String.join(", ", names)));
        });
    }

    @Override
    public synchronized DeclaredTool disable(String name) {
        Kept kept = known(name).in("disabled");
        records.put(kept);
        registry.remove(name);
        problems.remove(name);
        audit(kept, "disabled");
        return described(kept, kept.newest());
    }

    @Override
    public synchronized DeclaredTool enable(String name) {
        Kept kept = known(name).in("enabled");
        Definition definition = Definition.parse(definition(kept.newest()).toString());
        checkCycles(definition);
        register(kept);
        try {
            records.put(kept);
        } catch (RuntimeException e) {
            registry.remove(name);
            throw e;
        }
        problems.remove(name);
        audit(kept, "enabled");
        return described(kept, kept.newest());
    }

    @Override
    public synchronized DeclaredTool pin(String name, String digest) {
        Kept known = known(name);
        String newest = definition(known.newest()).digest();
        if (!newest.equals(digest)) {
            throw new ConfigException("The newest definition of '" + name + "' has the digest " + newest + ", not "
                    + digest + "; look at it again before you pin it");
        }
        Kept kept = known.pinned(digest);
        records.put(kept);
        if (kept.isEnabled()) {
            register(kept);
        }
        audit(kept, "pinned");
        return described(kept, kept.newest());
    }

    @Override
    public synchronized void remove(String name) {
        Kept kept = known(name).in("removed");
        records.put(kept);
        registry.remove(name);
        problems.remove(name);
        audit(kept, "removed");
    }

    @Override
    public synchronized List<DeclaredTool> list() {
        return records.all().stream()
                .filter(kept -> !kept.isRemoved())
                .map(kept -> described(kept, kept.newest()))
                .toList();
    }

    @Override
    public synchronized List<DeclaredTool> history(String name) {
        List<DeclaredTool> all = new ArrayList<>();
        records.find(name).ifPresent(kept -> kept.versions().forEach(version -> all.add(described(kept, version))));
        Collections.reverse(all);
        return List.copyOf(all);
    }

    private DeclaredTool described(Kept kept, Json version) {
        Json definition = definition(version);
        boolean newest = version.equals(kept.newest());
        return new DeclaredTool(
                kept.name(),
                definition.text("kind"),
                version.integer("version").orElse(1L),
                newest && kept.isEnabled(),
                isPinned(kept, version),
                definition.digest(),
                definition,
                version.instant("at").orElse(Instant.EPOCH),
                newest ? problems.getOrDefault(kept.name(), "") : "");
    }

    private void audit(Kept kept, String what) {
        ledger.recordSystem(
                "tool",
                kept.name(),
                what,
                List.of(),
                Json.object()
                        .put("version", kept.versions().size())
                        .put("digest", definition(kept.newest()).digest())
                        .build());
    }
}
