package io.arkestra.spi.internal;

import io.arkestra.spi.Availability;
import io.arkestra.spi.Provider;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.Spliterator;
import java.util.regex.Pattern;

/** One pass over the class path for one kind of provider. A provider that fails in any way is reported and the pass goes on. */
final class Discovery<P extends Provider> {
    private static final Pattern ID = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

    /** Far above any real number of providers; ends the pass if a broken loader reports the same failure for ever. */
    private static final int MOST_FAILURES = 1_000;

    private final ProviderKind<P> kind;
    private final ProviderSearch search;
    private final List<Candidate<P>> candidates = new ArrayList<>();
    private final Map<String, BrokenProvider> broken = new LinkedHashMap<>();
    private final Set<String> seen = new HashSet<>();

    Discovery(ProviderKind<P> kind, ProviderSearch search) {
        this.kind = kind;
        this.search = search;
    }

    Providers<P> run() {
        look(search.loader());
        ClassLoader own = kind.type().getClassLoader();
        if (own != null && own != search.loader()) {
            look(own);
        }
        candidates.sort(Comparator.comparing(Candidate<P>::id).thenComparing(Candidate::className));
        return new Providers<>(kind, candidates, List.copyOf(broken.values()));
    }

    private void look(ClassLoader loader) {
        Map<String, String> declared = Origins.declared(kind.type(), loader);
        Spliterator<ServiceLoader.Provider<P>> found =
                ServiceLoader.load(kind.type(), loader).stream().spliterator();
        for (int failures = 0; failures < MOST_FAILURES; ) {
            try {
                if (!found.tryAdvance(this::take)) {
                    return;
                }
            } catch (ServiceConfigurationError | LinkageError e) {
                failures++;
                reportUnloadable(e, declared, loader);
            }
        }
    }

    private void take(ServiceLoader.Provider<P> found) {
        String name = found.type().getName();
        if (!seen.add(name)) {
            return;
        }
        String jar = Origins.ofClass(found.type());
        if (search.excluded().contains(name)) {
            broken.put(name, new BrokenProvider(name, jar, "excluded"));
            return;
        }
        try {
            candidates.add(candidate(found.get(), jar));
        } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
            broken.put(name, new BrokenProvider(name, jar, reason(e)));
        }
    }

    private Candidate<P> candidate(P provider, String jar) {
        String id = Objects.requireNonNull(provider.id(), "its id is null");
        if (!ID.matcher(id).matches()) {
            throw new IllegalStateException("its id is '" + id + "'; expected lower-case words joined by dashes");
        }
        int priority = provider.priority();
        int version = provider.spiVersion();
        if (search.excluded().contains(id)) {
            return new Candidate<>(provider, id, priority, jar, "", "it is excluded");
        }
        if (version != Provider.SPI_VERSION) {
            return new Candidate<>(
                    provider,
                    id,
                    priority,
                    jar,
                    "",
                    "it was made for version " + version + " of the contracts, this is version " + Provider.SPI_VERSION
                            + "; take a release of it that fits");
        }
        Availability availability = Objects.requireNonNull(
                provider.availability(
                        new SystemEnvironment(search.properties(), search.variables(), loaderOf(provider))),
                "its availability is null");
        return new Candidate<>(
                provider,
                id,
                priority,
                jar,
                availability.reason(),
                availability.available() ? "" : "it is not available: " + availability.reason());
    }

    private ClassLoader loaderOf(P provider) {
        ClassLoader loader = provider.getClass().getClassLoader();
        return loader == null ? search.loader() : loader;
    }

    /** The error does not always say which class it is about, so the service files are asked. */
    private void reportUnloadable(Throwable error, Map<String, String> declared, ClassLoader loader) {
        String message = String.valueOf(error.getMessage());
        String name = declared.keySet().stream()
                .filter(candidate -> message.matches("(?s).*\\b" + Pattern.quote(candidate) + "\\b.*")
                        || error instanceof LinkageError
                                && !seen.contains(candidate)
                                && cannotBeLinked(candidate, loader))
                .filter(candidate -> !broken.containsKey(candidate))
                .findFirst()
                .orElse("");
        if (name.isEmpty() && declared.keySet().stream().anyMatch(candidate -> message.contains(candidate))) {
            // The second loader sees the same broken class as the first.
            return;
        }
        String key = name.isEmpty() ? message : name;
        String jar = declared.getOrDefault(name, "an unknown jar");
        broken.putIfAbsent(key, new BrokenProvider(name.isEmpty() ? kind.type().getName() : name, jar, reason(error)));
    }

    private static boolean cannotBeLinked(String name, ClassLoader loader) {
        try {
            Class.forName(name, false, loader);
            return false;
        } catch (LinkageError e) {
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static String reason(Throwable error) {
        Throwable deepest = error;
        while (deepest.getCause() != null && deepest.getCause() != deepest) {
            deepest = deepest.getCause();
        }
        String text = deepest.getMessage();
        String kind = deepest.getClass().getSimpleName();
        if (deepest instanceof ServiceConfigurationError) {
            return text == null ? kind : text;
        }
        return text == null ? kind : kind + ": " + text;
    }
}
