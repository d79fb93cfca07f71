package io.arkestra.spi.internal;

import io.arkestra.embedding.EmbedderProvider;
import io.arkestra.embedding.RerankerProvider;
import io.arkestra.guard.EntityRecognizerProvider;
import io.arkestra.keyword.KeywordIndexProvider;
import io.arkestra.llm.LlmClientProvider;
import io.arkestra.memory.MemoryProvider;
import io.arkestra.policy.PolicyProvider;
import io.arkestra.spi.Provider;
import io.arkestra.store.DocStoreProvider;
import io.arkestra.tool.ToolProvider;
import io.arkestra.vector.VectorIndexProvider;

/**
 * A kind of provider, with the words that messages about it need.
 *
 * @param type the interface
 * @param what singular, for messages
 * @param key the key under {@code providers} in the configuration; empty when the configuration cannot name one
 * @param code how a host names one in code, with {@code %s} for the id; empty when it cannot
 * @param artifact what to add when there is none
 */
public record ProviderKind<P extends Provider>(Class<P> type, String what, String key, String code, String artifact) {
    private static final String MEMORY_ARTIFACT = "io.arkestra:arkestra-memory";

    public static final ProviderKind<DocStoreProvider> STORE =
            new ProviderKind<>(DocStoreProvider.class, "document store", "store", ".store(\"%s\")", MEMORY_ARTIFACT);

    public static final ProviderKind<KeywordIndexProvider> KEYWORD = new ProviderKind<>(
            KeywordIndexProvider.class, "keyword index", "keyword", ".keywordIndex(\"%s\")", MEMORY_ARTIFACT);

    public static final ProviderKind<MemoryProvider> MEMORY = new ProviderKind<>(
            MemoryProvider.class, "memory", "memory", ".memory(m -> m.provider(\"%s\"))", MEMORY_ARTIFACT);

    /** May be absent: see {@link Providers#usable}. */
    public static final ProviderKind<EmbedderProvider> EMBEDDER = new ProviderKind<>(
            EmbedderProvider.class,
            "provider of embedding models",
            "embedder",
            ".memory(m -> m.embedder(\"%s\"))",
            "io.arkestra:arkestra-embedding-onnx");

    /** Never picked by itself: use {@link Providers#named}. */
    public static final ProviderKind<RerankerProvider> RERANKER = new ProviderKind<>(
            RerankerProvider.class,
            "reranker",
            "",
            ".memory(m -> m.reranker(\"%s\", settings))",
            "io.arkestra:arkestra-embedding-onnx");

    /** May be absent: see {@link Providers#usable}. */
    public static final ProviderKind<VectorIndexProvider> VECTOR = new ProviderKind<>(
            VectorIndexProvider.class,
            "vector index",
            "vector",
            ".memory(m -> m.vectorIndex(\"%s\"))",
            MEMORY_ARTIFACT);

    /** Never picked by itself: use {@link Providers#named}. */
    public static final ProviderKind<LlmClientProvider> LLM = new ProviderKind<>(
            LlmClientProvider.class,
            "language model provider",
            "",
            ".senior(Llm.provider(\"%s\", settings))",
            "the artifact of that language model");

    /** Never picked by itself: use {@link Providers#named}. */
    public static final ProviderKind<EntityRecognizerProvider> ENTITIES = new ProviderKind<>(
            EntityRecognizerProvider.class,
            "recogniser of names",
            "",
            ".entityRecognizer(instance)",
            "the artifact of that recogniser");

    /** All of them are used: see {@link Providers#usable}. */
    public static final ProviderKind<ToolProvider> TOOLS =
            new ProviderKind<>(ToolProvider.class, "tool provider", "", "", "the artifact of that tool");

    /** All of them are used: see {@link Providers#usable}. */
    public static final ProviderKind<PolicyProvider> POLICIES =
            new ProviderKind<>(PolicyProvider.class, "policy provider", "", "", "the artifact of that policy");
}
