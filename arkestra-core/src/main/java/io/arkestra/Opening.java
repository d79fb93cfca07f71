package io.arkestra;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.config.internal.Configuration;
import io.arkestra.embedding.EmbedderProvider;
import io.arkestra.embedding.Embedders;
import io.arkestra.embedding.Reranker;
import io.arkestra.embedding.RerankerProvider;
import io.arkestra.guard.EntityRecognizer;
import io.arkestra.guard.EntityRecognizerProvider;
import io.arkestra.guard.Guard;
import io.arkestra.guard.internal.GuardedStore;
import io.arkestra.keyword.KeywordIndexProvider;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmClientProvider;
import io.arkestra.llm.gateway.internal.BackendSettings;
import io.arkestra.llm.gateway.internal.Gateway;
import io.arkestra.memory.Memory;
import io.arkestra.memory.MemoryProvider;
import io.arkestra.policy.Policy;
import io.arkestra.policy.PolicyProvider;
import io.arkestra.policy.Trust;
import io.arkestra.policy.internal.RestrictingPolicy;
import io.arkestra.spi.Provider;
import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.Settings;
import io.arkestra.spi.internal.Candidate;
import io.arkestra.spi.internal.Contracts;
import io.arkestra.spi.internal.DefaultProviderContext;
import io.arkestra.spi.internal.ProviderKind;
import io.arkestra.spi.internal.ProviderSearch;
import io.arkestra.spi.internal.ProviderSettings;
import io.arkestra.spi.internal.Providers;
import io.arkestra.spi.internal.Resolution;
import io.arkestra.spi.internal.ResourceStack;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocStoreProvider;
import io.arkestra.store.KeyRing;
import io.arkestra.store.Owner;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolProvider;
import io.arkestra.tool.internal.ToolRegistry;
import io.arkestra.vector.VectorIndexProvider;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Opens the parts that providers bring: finds, chooses, checks the settings, opens, and notes what was chosen and why. Used once. */
final class Opening {
    private static final String FILES = "files";
    private static final String PROTECTED_FILES = "protected-files";
    private static final String DENY = "deny";
    private static final String EXCEPT = "except";
    private static final List<String> SHARED_KEYS = List.of("roots", DENY, EXCEPT);

    private final ArkestraBuilder choices;
    private final @Nullable Path home;
    private final Configuration configuration;
    private final Wiring wiring;
    private final ResourceStack resources;
    private final Contracts contracts = new Contracts();
    private final ProviderSearch search;
    private final DefaultProviderContext.Engine shared;

    Opening(
            ArkestraBuilder choices,
            @Nullable Path home,
            Configuration configuration,
            Wiring wiring,
            ResourceStack resources,
            Clock clock,
            Executor executor) {
        this.choices = choices;
        this.home = home;
        this.configuration = configuration;
        this.wiring = wiring;
        this.resources = resources;
        Set<String> excluded = new LinkedHashSet<>(choices.excluded);
        excluded.addAll(configuration.excludedProviders());
        search = choices.classLoader == null
                ? ProviderSearch.standard(excluded)
                : ProviderSearch.in(choices.classLoader, excluded);
        shared = new DefaultProviderContext.Engine(
                clock,
                executor,
                contracts,
                resources,
                wiring::warn,
                JudgeParts.protectedFiles(choices.policy, configuration, home),
                JudgeParts.openDirectories(choices.policy, home));
    }

    /** Makes a part known to the providers that are opened after it. */
    <T> T known(Class<T> contract, T part) {
        return contracts.put(contract, part);
    }

    /** A part that was made known. */
    <T> Optional<T> find(Class<T> contract) {
        return contracts.find(contract);
    }

    /** Opens the store. What is written to it passes the guard. */
    DocStore store(Guard guard) {
        Resolution<DocStoreProvider> found = storeProvider();
        wiring.provider("store", found);
        encryption();
        DocStore opened = resources.push(found.provider().open(storeContext(found)));
        return known(DocStore.class, new GuardedStore(opened, guard));
    }

    /** Makes the host's keys known to the store, and says what they do. */
    private void encryption() {
        KeyRing ring = choices.encryption;
        if (ring == null) {
            wiring.part("encryption", "off: whoever can read the home's files can read what is in them");
            return;
        }
        known(KeyRing.class, ring);
        wiring.part(
                "encryption",
                "AES-256-GCM of bodies and binary parts under a key per user, wrapped by the ring key '"
                        + ring.activeId()
                        + "'; readable stay ids, times, declared fields (types, states, hashes), the keyword index and vectors");
    }

    /** Fills the home from a backup. */
    void restore(Path backup) {
        if (home == null) {
            throw new ConfigException("A backup is restored into a home directory; name one with .home(directory)");
        }
        Resolution<DocStoreProvider> found = storeProvider();
        encryption();
        found.provider().restore(backup, storeContext(found));
    }

    /** A document of the home as it is; the store is not opened. */
    Optional<Doc> look(CollectionSpec collection, Owner owner, String id) {
        Resolution<DocStoreProvider> found = storeProvider();
        encryption();
        return found.provider().look(storeContext(found), collection, owner, id);
    }

    private Resolution<DocStoreProvider> storeProvider() {
        return Providers.discover(ProviderKind.STORE, search).resolve(choices.store, configuration);
    }

    private ProviderContext storeContext(Resolution<DocStoreProvider> found) {
        return context(ProviderSettings.check(found.provider(), "store", configuration.section("store")), home);
    }

    /** The embedding models, if there are any; an engine without them recalls by words alone. */
    void embedders() {
        if (choices.memory.isLexicalOnly() || !configuration.embeddingEnabled().orElse(true)) {
            wiring.part("embedder", "off: recall is by words alone");
            return;
        }
        if (choices.memory.embedders().isPresent()) {
            Embedders given = choices.memory.embedders().get();
            wiring.part("embedder", given.getClass().getName() + " (instance given in code)");
            known(Embedders.class, resources.push(given));
            return;
        }
        Providers<EmbedderProvider> found = Providers.discover(ProviderKind.EMBEDDER, search);
        boolean named = choices.memory.embedderId().isPresent()
                || configuration.provider("embedder").isPresent();
        if (!named && found.usable().isEmpty()) {
            wiring.part(
                    "embedder",
                    "none: recall is by words alone; add " + ProviderKind.EMBEDDER.artifact()
                            + " to recall by meaning");
            found.candidates().forEach(candidate -> wiring.warn(candidate + ": " + candidate.obstacle()));
            wiring.broken(found.broken());
            return;
        }
        Resolution<EmbedderProvider> chosen =
                found.resolve(choices.memory.embedderId().orElse(null), configuration);
        wiring.provider("embedder", chosen);
        Settings settings = ProviderSettings.check(
                chosen.provider(), "embedding", without(configuration.section("embedding"), "enabled"));
        Path directory = home == null ? null : home.resolve("models");
        Embedders models = resources.push(chosen.provider().open(context(settings, directory)));
        known(Embedders.class, models);
        wiring.parts("model", models::describe);
    }

    /** The model that orders what was recalled once more, if the host named one. */
    void reranker() {
        if (choices.memory.reranker().isPresent()) {
            Reranker given = choices.memory.reranker().get();
            wiring.part("reranker", given.id() + " (instance given in code)");
            known(Reranker.class, resources.push(given));
            return;
        }
        Json section = configuration.section("rerank");
        Optional<String> inCode = choices.memory.rerankerProviderId();
        Optional<String> id = inCode.or(() -> section.string("provider"));
        if (id.isEmpty()) {
            return;
        }
        Resolution<RerankerProvider> found = Providers.discover(ProviderKind.RERANKER, search)
                .named(id.get(), inCode.isPresent() ? "named in code" : "named in rerank.provider");
        wiring.provider("reranker", found);
        Json values = inCode.isPresent() ? choices.memory.rerankerSettings() : without(section, "provider");
        Settings settings = ProviderSettings.check(found.provider(), "rerank", values);
        known(Reranker.class, resources.push(found.provider().open(context(settings, null))));
    }

    /** The recogniser of names, if the host gave or named one. */
    Optional<EntityRecognizer> entities() {
        if (choices.entityRecognizer != null) {
            wiring.part("recogniser", choices.entityRecognizer.id() + " (instance given in code)");
            return Optional.of(resources.push(choices.entityRecognizer));
        }
        return configuration.guardRecognizer().map(id -> {
            Resolution<EntityRecognizerProvider> found =
                    Providers.discover(ProviderKind.ENTITIES, search).named(id, "named in guard.recognizer");
            wiring.provider("recogniser", found);
            Settings settings = ProviderSettings.check(found.provider(), "guard", Json.emptyObject());
            return resources.push(found.provider().open(context(settings, null)));
        });
    }

    private void vectors() {
        Providers<VectorIndexProvider> found = Providers.discover(ProviderKind.VECTOR, search);
        boolean named = choices.memory.vectorIndexId().isPresent()
                || configuration.provider("vector").isPresent();
        if (!named && found.usable().isEmpty()) {
            wiring.broken(found.broken());
            return;
        }
        Resolution<VectorIndexProvider> chosen =
                found.resolve(choices.memory.vectorIndexId().orElse(null), configuration);
        wiring.provider("vector", chosen);
        known(VectorIndexProvider.class, chosen.provider());
    }

    private static Json without(Json section, String... keys) {
        Json rest = section;
        for (String key : keys) {
            rest = rest.without(key);
        }
        return rest;
    }

    Memory memory() {
        embedders();
        reranker();
        vectors();
        Resolution<KeywordIndexProvider> keyword =
                Providers.discover(ProviderKind.KEYWORD, search).resolve(choices.keywordIndex, configuration);
        wiring.provider("keyword", keyword);
        known(KeywordIndexProvider.class, keyword.provider());
        Resolution<MemoryProvider> found = Providers.discover(ProviderKind.MEMORY, search)
                .resolve(choices.memory.providerId().orElse(null), configuration);
        wiring.provider("memory", found);
        Path directory = home == null ? null : home.resolve("index");
        Json values = without(configuration.section("memory"), Configuration.ENGINE_MEMORY_KEYS);
        for (Map.Entry<String, Json> option : choices.memory.options().members().entrySet()) {
            values = values.with(option.getKey(), option.getValue());
        }
        Settings settings = ProviderSettings.check(found.provider(), "memory", values);
        return known(Memory.class, resources.push(found.provider().open(context(settings, directory))));
    }

    /**
     * The clients that the host named for a role, with what the gateway has to know about each.
     *
     * @param owner closes what is opened
     * @param description takes lines about what was chosen and why
     */
    List<Gateway.Entry> models(
            String role, List<Llm> models, LlmClient offline, ResourceStack owner, List<String> description) {
        List<Gateway.Entry> entries = new ArrayList<>();
        for (Llm llm : models) {
            String place = entries.isEmpty() ? role : role + " " + (entries.size() + 1);
            BackendSettings settings = BackendChoice.settings(llm, place, entries.size());
            entries.add(new Gateway.Entry(settings, model(place, llm, offline, owner, description)));
        }
        return entries;
    }

    private LlmClient model(String role, Llm llm, LlmClient offline, ResourceStack owner, List<String> description) {
        if (llm.client().isPresent()) {
            description.add(Wiring.line(role, llm.client().get().getClass().getName() + " (instance given in code)"));
            return llm.client().get();
        }
        if (llm.provider().equals("offline")) {
            description.add(
                    Wiring.line(role, "offline rules: no language model is configured, answers quote what was told"));
            return offline;
        }
        Resolution<LlmClientProvider> found =
                Providers.discover(ProviderKind.LLM, search).named(llm.provider(), "named as the " + role);
        description.addAll(wiring.lines(role, found));
        Settings settings =
                ProviderSettings.check(found.provider(), "llm." + role, without(llm.settings(), BackendChoice.KEYS));
        DefaultProviderContext.Engine own = new DefaultProviderContext.Engine(
                shared.clock(),
                shared.executor(),
                contracts,
                owner,
                shared.warnings(),
                shared.protectedFiles(),
                shared.openDirectories());
        // Where processes of models are written down, so that those of a killed host are found at the next start.
        Path directory = home == null ? null : home.resolve("llm");
        return owner.push(found.provider().open(context(own, settings, directory)));
    }

    /** Fills the registry with the tools that the host gave and, if it wants them, with those on the class path. */
    void tools(ToolRegistry registry) {
        choices.tools.added().forEach(tool -> registry.add(tool, "given by the host"));
        if (!choices.tools.discovers() && !configuration.discoverTools().orElse(false)) {
            return;
        }
        Providers<ToolProvider> found = Providers.discover(ProviderKind.TOOLS, search);
        wiring.broken(found.broken());
        Map<String, Json> unused = new LinkedHashMap<>(configuration.toolProviders());
        unused.putAll(choices.tools.settings());
        for (Candidate<ToolProvider> candidate : found.usable()) {
            ToolProvider provider = candidate.provider();
            unused.remove(provider.id());
            boolean shipped = ShippedTools.has(provider);
            for (Tool tool : provider.tools(toolContext(provider))) {
                registry.add(tool, candidate.toString(), shipped ? Trust.BUILT_IN : trust(tool));
            }
        }
        if (!unused.isEmpty()) {
            throw new ConfigException("There are settings for the tool providers " + unused.keySet()
                    + ", but no such providers on the class path; there are: "
                    + found.usable().stream().map(each -> each.provider().id()).toList());
        }
    }

    /**
     * Tools that are part of Arkestra come in jars of their own too. For one of others the host vouches by trusting it by name, which is
     * more than allowing it: what is on the class path cannot change while the engine runs.
     */
    private Trust trust(Tool tool) {
        String name = tool.spec().name();
        boolean named = choices.policy.trusted().contains(name)
                || configuration.trustedTools().contains(name);
        return named ? Trust.PINNED : Trust.UNKNOWN;
    }

    /**
     * The directories that the host opened are named once, for {@code files}; others that read files there take them from it. What it denies to
     * the policy holds for them as well: a walk names one directory to the policy and reaches all that is below.
     */
    private Json toolSettings(ToolProvider provider) {
        Json values = given(provider.id());
        Json files = given(FILES);
        for (String shared : SHARED_KEYS) {
            if (declares(provider, shared) && !values.has(shared) && files.has(shared)) {
                values = values.with(shared, files.get(shared).orElseThrow());
            }
        }
        // What is no list of texts is refused by name where the policy's own settings are checked.
        return declares(provider, DENY)
                ? withDenied(values, givenToPolicy(PROTECTED_FILES).get(DENY).filter(Opening::isTexts))
                : values;
    }

    /** With what other settings deny too: a list only grows. */
    private static Json withDenied(Json values, Optional<Json> more) {
        Optional<Json> own = values.get(DENY);
        if (more.isEmpty() || own.filter(list -> !list.isArray()).isPresent()) {
            return values;
        }
        Set<Json> all = new LinkedHashSet<>(own.map(Json::items).orElse(List.of()));
        all.addAll(more.get().items());
        return values.with(DENY, Json.array(List.copyOf(all)));
    }

    private static boolean isTexts(Json list) {
        return list.isArray() && list.items().stream().allMatch(Json::isString);
    }

    private static boolean declares(Provider provider, String setting) {
        return provider.settings().keys().stream().anyMatch(key -> key.name().equals(setting));
    }

    private Json given(String provider) {
        return given(provider, configuration.toolProviders(), choices.tools.settings());
    }

    private Json givenToPolicy(String provider) {
        return given(provider, configuration.policyProviders(), choices.policy.settings());
    }

    /** What the host set in code beats what it configured, key by key. */
    private static Json given(String provider, Map<String, Json> configured, Map<String, Json> inCode) {
        Json values = configured.getOrDefault(provider, Json.emptyObject());
        for (Map.Entry<String, Json> set :
                inCode.getOrDefault(provider, Json.emptyObject()).members().entrySet()) {
            values = values.with(set.getKey(), set.getValue());
        }
        return values;
    }

    private ProviderContext toolContext(ToolProvider provider) {
        Json values = toolSettings(provider);
        Settings settings = ProviderSettings.check(provider, "tools.providers." + provider.id(), values);
        return home == null
                ? context(settings, null)
                : DefaultProviderContext.inHome(
                        shared, settings, home.resolve("tools").resolve(provider.id()), home);
    }

    /** The policies on the class path, all of them; none of them can allow anything. */
    List<Policy> policies() {
        List<Policy> policies = new ArrayList<>();
        Providers<PolicyProvider> found = Providers.discover(ProviderKind.POLICIES, search);
        wiring.broken(found.broken());
        Map<String, Json> unused = new LinkedHashMap<>(configuration.policyProviders());
        unused.putAll(choices.policy.settings());
        for (Candidate<PolicyProvider> candidate : found.usable()) {
            PolicyProvider provider = candidate.provider();
            unused.remove(provider.id());
            wiring.part("policy", candidate.toString());
            policies.add(new RestrictingPolicy(provider.open(policyContext(provider))));
        }
        if (!unused.isEmpty()) {
            throw new ConfigException("There are settings for the policy providers " + unused.keySet()
                    + ", but no such providers on the class path; there are: "
                    + found.usable().stream().map(each -> each.provider().id()).toList());
        }
        return policies;
    }

    private ProviderContext policyContext(PolicyProvider provider) {
        String id = provider.id();
        Json values = policySettings(provider);
        Settings settings = ProviderSettings.check(provider, "policy.providers." + id, values);
        return home == null
                ? context(settings, null)
                : DefaultProviderContext.inHome(
                        shared, settings, home.resolve("policies").resolve(id), home);
    }

    /** What the host denies to {@code files} holds for policies that go by such a list too, besides what it gives them alone: a list only grows. */
    private Json policySettings(PolicyProvider provider) {
        Json values = givenToPolicy(provider.id());
        Optional<Json> except = given(FILES).get(EXCEPT);
        if (except.isPresent() && declares(provider, EXCEPT) && !values.has(EXCEPT)) {
            values = values.with(EXCEPT, except.get());
        }
        return declares(provider, DENY)
                ? withDenied(values, given(FILES).get(DENY).filter(Json::isArray))
                : values;
    }

    private ProviderContext context(Settings settings, @Nullable Path directory) {
        return context(shared, settings, directory);
    }

    private static ProviderContext context(
            DefaultProviderContext.Engine engine, Settings settings, @Nullable Path directory) {
        return directory == null
                ? DefaultProviderContext.inMemory(engine, settings)
                : DefaultProviderContext.inDirectory(engine, settings, directory);
    }
}
