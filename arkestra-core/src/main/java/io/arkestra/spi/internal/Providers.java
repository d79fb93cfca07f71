package io.arkestra.spi.internal;

import io.arkestra.config.internal.Configuration;
import io.arkestra.spi.Provider;
import io.arkestra.spi.ProviderException;
import io.arkestra.text.internal.NearestNames;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The providers of one kind that were found, and the rule by which one is chosen: id in code, then id in the configuration, then the
 * only one that can be used, then the highest priority; an equal top priority is an error, never a coin. Immutable.
 */
public final class Providers<P extends Provider> {
    private final ProviderKind<P> kind;
    private final List<Candidate<P>> candidates;
    private final List<BrokenProvider> broken;

    Providers(ProviderKind<P> kind, List<Candidate<P>> candidates, List<BrokenProvider> broken) {
        this.kind = kind;
        this.candidates = List.copyOf(candidates);
        this.broken = List.copyOf(broken);
    }

    /** Looks for providers. Never throws for a broken one: see {@link #broken}. */
    public static <P extends Provider> Providers<P> discover(ProviderKind<P> kind, ProviderSearch search) {
        return new Discovery<>(kind, search).run();
    }

    /** All that could be loaded, sorted by id. */
    public List<Candidate<P>> candidates() {
        return candidates;
    }

    /** All that can be used, sorted by id: for kinds of which all are used. */
    public List<Candidate<P>> usable() {
        return candidates.stream().filter(Candidate::usable).toList();
    }

    /** All that were declared but not loaded: they failed or were excluded by class name. */
    public List<BrokenProvider> broken() {
        return broken;
    }

    /**
     * Chooses one.
     *
     * @param idInCode the id that the host gave in code, or null
     * @throws ProviderException with code {@code provider.none}, {@code .ambiguous}, {@code .unknown} or {@code .unavailable}
     */
    public Resolution<P> resolve(@Nullable String idInCode, Configuration configuration) {
        if (idInCode != null) {
            return named(idInCode, "named in code");
        }
        Optional<Configuration.Setting> setting =
                kind.key().isEmpty() ? Optional.empty() : configuration.setting("providers." + kind.key());
        return setting.isPresent()
                ? named(
                        setting.get().value().asString(),
                        "named in " + setting.get().origin())
                : highest();
    }

    /**
     * The provider with an id.
     *
     * @param how it was named, for {@code describe()} and messages
     * @throws ProviderException with code {@code provider.unknown}, {@code .unavailable} or {@code .ambiguous}
     */
    public Resolution<P> named(String id, String how) {
        List<Candidate<P>> matching = candidates.stream()
                .filter(candidate -> candidate.id().equals(id))
                .toList();
        if (matching.isEmpty()) {
            List<String> known =
                    candidates.stream().map(Candidate::id).distinct().toList();
            throw new ProviderException(
                    "unknown",
                    "There is no " + kind.what() + " '" + id + "' (" + how + "); "
                            + (known.isEmpty() ? "none was found" : "known: " + String.join(", ", known))
                            + NearestNames.suggestion(id, known) + ". Correct the id or add " + kind.artifact()
                            + " to the class path." + rest(List.of()),
                    null);
        }
        List<Candidate<P>> usable = matching.stream().filter(Candidate::usable).toList();
        if (usable.isEmpty()) {
            Candidate<P> first = matching.get(0);
            throw new ProviderException(
                    "unavailable",
                    "The " + kind.what() + " " + first + ", " + how + ", cannot be used: " + first.obstacle(),
                    null);
        }
        return resolution(top(usable), how);
    }

    private Resolution<P> highest() {
        List<Candidate<P>> usable = usable();
        if (usable.isEmpty()) {
            throw new ProviderException(
                    "none",
                    "No " + kind.what() + " was found that can be used. Add " + kind.artifact() + " to the class path."
                            + rest(candidates),
                    null);
        }
        Candidate<P> top = top(usable);
        return resolution(top, usable.size() == 1 ? "the only one available" : "highest priority, " + top.priority());
    }

    private Candidate<P> top(List<Candidate<P>> usable) {
        int priority = usable.stream().mapToInt(Candidate::priority).max().orElseThrow();
        List<Candidate<P>> top = usable.stream()
                .filter(candidate -> candidate.priority() == priority)
                .toList();
        if (top.size() > 1) {
            throw ambiguous(top);
        }
        return top.get(0);
    }

    private ProviderException ambiguous(List<Candidate<P>> top) {
        String id = top.get(0).id();
        boolean sameId = top.stream().map(Candidate::id).distinct().count() < top.size();
        List<String> fixes = new ArrayList<>();
        if (!sameId && !kind.code().isEmpty()) {
            fixes.add(kind.code().formatted(id) + " in the builder");
        }
        if (!sameId && !kind.key().isEmpty()) {
            fixes.add("providers." + kind.key() + ": " + id + " in arkestra.yaml");
        }
        Candidate<P> last = top.get(top.size() - 1);
        fixes.add("leave one out with providers.exclude: [" + (sameId ? last.className() : last.id()) + "]");
        return new ProviderException(
                "ambiguous",
                top.size() + " providers of a " + kind.what() + " claim the same priority: "
                        + top.stream().map(Candidate::toString).collect(Collectors.joining(" and "))
                        + ". Choose one: " + String.join(", or ", fixes) + ".",
                null);
    }

    private Resolution<P> resolution(Candidate<P> chosen, String why) {
        List<String> others = candidates.stream()
                .filter(candidate -> candidate != chosen)
                .sorted(Comparator.comparing((Candidate<P> candidate) -> !candidate.usable()))
                .map(candidate ->
                        candidate.usable() ? candidate + ": not chosen" : candidate + ": " + candidate.obstacle())
                .toList();
        return new Resolution<>(chosen.provider(), chosen.jar(), why, others, broken);
    }

    /** Why those that are there do not help. */
    private String rest(List<Candidate<P>> unusable) {
        List<String> reasons = new ArrayList<>();
        unusable.forEach(candidate -> reasons.add(candidate + ": " + candidate.obstacle()));
        broken.forEach(provider -> reasons.add(provider.toString()));
        return reasons.isEmpty() ? "" : " Found but not usable: " + String.join("; ", reasons) + ".";
    }
}
