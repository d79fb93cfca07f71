package io.arkestra.tool.select.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Json;
import io.arkestra.concurrent.internal.Transactions;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.EmbeddingRole;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Vectors of single words. Those that tools are described with are made once for each model and kept in the store; those of messages are
 * remembered for a while and never kept. Thread-safe.
 */
final class WordVectors {
    static final CollectionSpec COLLECTION = CollectionSpec.builder("tool_words")
            .derived()
            .check(doc -> doc.body().text("model"))
            .build();

    /** About 25 MB of vectors; what further tools add is left out. */
    private static final int MOST_WORDS = 16_384;

    private static final int MOST_REMEMBERED = 4_096;
    private static final int BATCH = 64;

    /**
     * What was built for one state of the registry.
     *
     * @param words how many were known then
     * @param complete whether these were all words of the tools
     */
    private record Built(List<IndexedTool> tools, int words, boolean complete, LikeWords index) {
        boolean isOf(Collection<IndexedTool> others, int known) {
            return tools.equals(others) && words == known;
        }
    }

    private final DocStore store;
    private final Map<String, float[]> known = new ConcurrentHashMap<>();
    private final Map<String, float[]> heard = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, float[]> eldest) {
            return size() > MOST_REMEMBERED;
        }
    });
    private volatile boolean made;
    private volatile @Nullable Built built;

    WordVectors(DocStore store) {
        this.store = store;
        store.define(COLLECTION);
    }

    /** Whether the words of all these tools have vectors. */
    boolean has(Collection<IndexedTool> tools) {
        Built now = built;
        return now != null && now.isOf(tools, known.size())
                ? now.complete()
                : known.keySet().containsAll(wordsOf(tools));
    }

    /** Makes those that are missing. */
    void make(Embedder model, Collection<IndexedTool> tools, Cancellation cancel) {
        Set<String> wanted = wordsOf(tools);
        known.keySet().retainAll(wanted);
        String id = model.info().id();
        store.inTransaction(tx -> {
            for (String word : missing(wanted)) {
                tx.get(COLLECTION.name(), Owner.SYSTEM, word)
                        .filter(doc -> doc.body().text("model").equals(id))
                        .flatMap(Doc::blob)
                        .ifPresent(bytes -> known.put(word, GuideStore.floats(bytes)));
            }
            return true;
        });
        List<String> missing = missing(wanted);
        for (int from = 0; from < missing.size(); from += BATCH) {
            List<String> batch = missing.subList(from, Math.min(missing.size(), from + BATCH));
            List<float[]> vectors = model.embed(batch, EmbeddingRole.QUERY, cancel);
            keep(batch, vectors, id);
            for (int i = 0; i < batch.size(); i++) {
                known.put(batch.get(i), vectors.get(i));
            }
        }
        made = true;
    }

    private void keep(List<String> words, List<float[]> vectors, String model) {
        Json body = Json.object().put("model", model).build();
        Transactions.again(store, tx -> {
            for (int i = 0; i < words.size(); i++) {
                tx.put(
                        COLLECTION.name(),
                        DocWrite.of(Owner.SYSTEM, words.get(i), body).blob(GuideStore.bytes(vectors.get(i))));
            }
            return true;
        });
    }

    private List<String> missing(Set<String> wanted) {
        return wanted.stream().filter(word -> !known.containsKey(word)).toList();
    }

    private static Set<String> wordsOf(Collection<IndexedTool> tools) {
        Set<String> words = new LinkedHashSet<>();
        for (IndexedTool tool : tools) {
            words.addAll(tool.spoken());
            if (words.size() > MOST_WORDS) {
                return new LinkedHashSet<>(new ArrayList<>(words).subList(0, MOST_WORDS));
            }
        }
        return words;
    }

    /**
     * How near the words of a message come to those of each tool; empty while they are made for the first time. Words of tools that came later
     * are left out until theirs are there.
     */
    Optional<LikeWords.Likeness> likeness(
            Embedder model, List<IndexedTool> tools, String message, Cancellation cancel) {
        if (!made) {
            return Optional.empty();
        }
        List<String> words = LikeWords.asked(message);
        List<String> unheard =
                words.stream().filter(word -> vector(word) == null).toList();
        if (!unheard.isEmpty()) {
            List<float[]> vectors = model.embed(unheard, EmbeddingRole.QUERY, cancel);
            for (int i = 0; i < vectors.size(); i++) {
                heard.put(unheard.get(i), vectors.get(i));
            }
        }
        Map<String, float[]> asked = new LinkedHashMap<>();
        for (String word : words) {
            float[] vector = vector(word);
            if (vector != null) {
                asked.put(word, vector);
            }
        }
        return Optional.of(index(tools).likeness(asked));
    }

    private float @Nullable [] vector(String word) {
        float[] vector = known.get(word);
        return vector == null ? heard.get(word) : vector;
    }

    private LikeWords index(List<IndexedTool> tools) {
        Built now = built;
        int words = known.size();
        if (now == null || !now.isOf(tools, words)) {
            now = new Built(
                    tools,
                    words,
                    known.keySet().containsAll(wordsOf(tools)),
                    new LikeWords(tools.stream().map(IndexedTool::spoken).toList(), known));
            built = now;
        }
        return now.index();
    }
}
