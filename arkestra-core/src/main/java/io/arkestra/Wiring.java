package io.arkestra;

import io.arkestra.config.internal.Configuration;
import io.arkestra.memory.Memory;
import io.arkestra.spi.Provider;
import io.arkestra.spi.internal.BrokenProvider;
import io.arkestra.spi.internal.Resolution;
import io.arkestra.tool.internal.ToolRegistry;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Remembers what was wired to what and why, for {@code describe()}. Filled while the engine is built; warnings may come later. */
final class Wiring {
    private static final Logger log = LoggerFactory.getLogger(Wiring.class);

    /** Lines, made when they are asked for. */
    private final List<Supplier<List<String>>> parts = new CopyOnWriteArrayList<>();

    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final Set<String> missing = Collections.synchronizedSet(new LinkedHashSet<>());

    void part(String name, String what) {
        parts(name, () -> List.of(what));
    }

    /** Lines about a part whose state changes. */
    void parts(String name, Supplier<List<String>> state) {
        parts.add(() -> state.get().stream().map(what -> line(name, what)).toList());
    }

    /** Whole lines about parts that are replaced while the engine runs. */
    void lines(Supplier<List<String>> state) {
        parts.add(state);
    }

    /** A line of {@link #describe}. */
    static String line(String name, String what) {
        return String.format("%-9s %s", name, what);
    }

    <P extends Provider> void provider(String name, Resolution<P> found) {
        List<String> lines = lines(name, found);
        lines(() -> lines);
    }

    /** The lines about a provider that was chosen. */
    <P extends Provider> List<String> lines(String name, Resolution<P> found) {
        List<String> lines = new ArrayList<>();
        lines.add(line(name, found.describe()));
        found.others().forEach(other -> lines.add(line("", "not used: " + other)));
        broken(found.broken());
        return List.copyOf(lines);
    }

    void broken(List<BrokenProvider> providers) {
        for (BrokenProvider provider : providers) {
            if (missing.add(provider.toString())) {
                log.warn("A provider cannot be loaded and is left out: {}", provider);
            }
        }
    }

    void warn(String message) {
        log.warn("{}", message);
        warnings.add(message);
    }

    String describe(
            @Nullable Path home, ZoneId zone, Configuration configuration, ToolRegistry registry, Memory memory) {
        StringBuilder out = new StringBuilder("Arkestra on Java ").append(Runtime.version());
        line(out, "home      " + (home == null ? "none: everything is in memory and ends with the process" : home));
        line(out, "zone      " + zone);
        parts.forEach(part -> part.get().forEach(text -> line(out, text)));
        memory.describe().forEach(text -> line(out, "recall    " + text));
        for (ToolRegistry.Entry tool : registry.entries()) {
            line(
                    out,
                    String.format(
                            "tool      %s %s (%s)",
                            tool.spec().name(), tool.spec().version(), tool.origin()));
        }
        configuration.settings().forEach(setting -> line(out, "setting   " + setting));
        List.copyOf(missing).forEach(provider -> line(out, "broken    " + provider));
        warnings.forEach(warning -> line(out, "warning   " + warning));
        return out.toString();
    }

    private static void line(StringBuilder out, String text) {
        out.append(System.lineSeparator()).append("  ").append(text);
    }
}
