package io.arkestra.memory.semantic.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Json;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.EmbeddingException;
import io.arkestra.embedding.EmbeddingRole;
import io.arkestra.memory.semantic.internal.Item.Content;
import io.arkestra.memory.semantic.internal.SemanticIndex.Space;
import io.arkestra.store.Doc;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings the rows of some items to what they should be. What a model was asked once for a user is taken from the user's rows and never
 * asked again while it is there.
 */
final class EmbeddingPass {
    /** Texts that the model is given at once; a stop waits for the running one of them, and a step is committed when all are done. */
    /** A text that every model takes. */
    private static final String PROBE = "test";

    private static final int AT_ONCE = 16;

    private final DocStore store;
    private final TextModels models;
    private final Consumer<String> warnings;

    EmbeddingPass(DocStore store, TextModels models, Consumer<String> warnings) {
        this.store = store;
        this.models = models;
        this.warnings = warnings;
    }

    /** A row as it should be; without a model it only marks a place. */
    private record Row(
            Item item,
            int part,
            @Nullable VectorModel model,
            String hash,
            @Nullable Embedder embedder,
            String text,
            float @Nullable [] letters) {
        String id() {
            return EmbeddingRows.id(model == null ? EmbeddingRows.MARK : model.tag(), item.key(), part);
        }

        Key key() {
            return new Key(item.owner(), hash);
        }
    }

    /** What vectors are shared by. */
    private record Key(Owner owner, String hash) {}

    /**
     * Embeds and writes.
     *
     * @param done written together with the rows, unless it was cancelled; what was embedded until then is written nevertheless
     * @return whether it got to the end
     */
    boolean run(List<Item> items, Cancellation cancel, Consumer<DocTransaction> done) {
        Map<Item, List<Row>> wanted = new LinkedHashMap<>();
        for (Item item : items) {
            wanted.put(item, rows(item));
        }
        Map<Key, float[]> vectors = new HashMap<>();
        List<Row> missing = store.inTransaction(transaction -> missing(transaction, wanted, vectors));
        boolean complete = embed(missing, cancel, vectors);
        store.inTransaction(transaction -> {
            wanted.forEach((item, rows) -> write(transaction, item, rows, vectors, complete));
            if (complete) {
                done.accept(transaction);
            }
            return complete;
        });
        return complete;
    }

    private List<Row> rows(Item item) {
        Content content = item.content();
        if (content == null) {
            return item.marked() ? List.of(new Row(item, 0, null, "", null, "", null)) : List.of();
        }
        Optional<Embedder> embedder = models.of(EmbeddingRows.space(item.key()));
        if (embedder.isEmpty()) {
            return List.of();
        }
        String what = named(item.key());
        if (!models.understands(embedder.get(), content.text(), what)) {
            String line = content.lead() + content.text();
            return CharGrams.vector(line)
                    .map(letters -> List.of(row(item, 0, CharGrams.MODEL, null, line, letters)))
                    .orElse(List.of());
        }
        // A language that the model does not understand would only blur what it does.
        Content clear = content.before().isEmpty()
                        || models.understands(embedder.get(), content.before(), "what stands before " + what)
                ? content
                : new Content("", content.lead(), content.text());
        VectorModel model = VectorModel.of(embedder.get().info());
        List<Row> rows = new ArrayList<>();
        for (String text : KeyTexts.of(clear, embedder.get())) {
            rows.add(row(item, rows.size(), model, embedder.get(), text, null));
        }
        return rows;
    }

    /** What an item is, for people. */
    private static String named(String key) {
        String id = key.substring(key.indexOf(':') + 1);
        return (key.startsWith("d:") ? "part " : key.startsWith("m:") ? "message " : "memory ")
                + id
                + (key.startsWith("d:") ? " of a document" : "");
    }

    private static Row row(
            Item item,
            int part,
            VectorModel model,
            @Nullable Embedder embedder,
            String text,
            float @Nullable [] letters) {
        String hash = EmbeddingRows.hash(text, model, "passage");
        return new Row(item, part, model, hash, embedder, text, letters);
    }

    /** What a model has to be asked; vectors that are known already are put beside. */
    private static List<Row> missing(
            DocTransaction transaction, Map<Item, List<Row>> wanted, Map<Key, float[]> vectors) {
        List<Row> missing = new ArrayList<>();
        Set<Key> asked = new HashSet<>();
        wanted.values()
                .forEach(rows -> rows.forEach(row -> {
                    VectorModel model = row.model();
                    if (model == null || vectors.containsKey(row.key()) || asked.contains(row.key())) {
                        return;
                    }
                    if (row.letters() != null) {
                        vectors.put(row.key(), row.letters());
                        return;
                    }
                    VectorCache.find(transaction, row.item().owner(), model, row.hash())
                            .ifPresentOrElse(vector -> vectors.put(row.key(), vector), () -> {
                                asked.add(row.key());
                                missing.add(row);
                            });
                }));
        return missing;
    }

    private boolean embed(List<Row> missing, Cancellation cancel, Map<Key, float[]> vectors) {
        Map<Embedder, List<Row>> byModel = new LinkedHashMap<>();
        for (Row row : missing) {
            if (row.embedder() != null) {
                byModel.computeIfAbsent(row.embedder(), embedder -> new ArrayList<>())
                        .add(row);
            }
        }
        try {
            byModel.forEach((embedder, rows) -> {
                for (int from = 0; from < rows.size(); from += AT_ONCE) {
                    embed(embedder, rows.subList(from, Math.min(rows.size(), from + AT_ONCE)), cancel, vectors);
                }
            });
            return !cancel.isCancelled();
        } catch (CancelledException e) {
            return false;
        }
    }

    private void embed(Embedder embedder, List<Row> rows, Cancellation cancel, Map<Key, float[]> vectors) {
        cancel.throwIfCancelled();
        try {
            List<float[]> made = embedder.embed(rows.stream().map(Row::text).toList(), EmbeddingRole.PASSAGE, cancel);
            for (int i = 0; i < rows.size(); i++) {
                vectors.put(rows.get(i).key(), made.get(i));
            }
        } catch (EmbeddingException e) {
            boolean ofText = e.code().equals("embedding.too-long") || e.code().equals("embedding.failed");
            if (!ofText) {
                throw e;
            }
            if (rows.size() > 1) {
                rows.forEach(row -> embed(embedder, List.of(row), cancel, vectors));
                return;
            }
            if (e.code().equals("embedding.failed")) {
                // When the model fails for any text, nothing may be given up: this throws, and all of it is tried again
                // later.
                embedder.embed(List.of(PROBE), EmbeddingRole.PASSAGE, cancel);
            }
            warnings.accept("Item " + rows.get(0).item().key() + " cannot be found by meaning: " + e.getMessage());
        }
    }

    private void write(
            DocTransaction transaction, Item item, List<Row> rows, Map<Key, float[]> vectors, boolean complete) {
        // Gone meanwhile: its deletion follows in the feed, or its owner was erased, which no feed tells.
        boolean there = transaction
                .get(Feed.of(item.key()).collection(), item.owner(), Feed.id(item.key()))
                .isPresent();
        Map<String, Doc> kept = new HashMap<>();
        for (Doc doc : ItemReader.rows(transaction, item.owner(), "item", item.key())) {
            kept.put(doc.id(), doc);
        }
        Set<String> wanted = new HashSet<>();
        for (Row row : there ? rows : List.<Row>of()) {
            wanted.add(row.id());
            put(transaction, row, kept.get(row.id()), vectors.get(row.key()));
        }
        if (!complete && there) {
            return;
        }
        Set<String> replaced = replacedTags(item, there);
        for (String id : kept.keySet()) {
            if (!wanted.contains(id) && (!there || replaced.contains(EmbeddingRows.tagOf(id)))) {
                transaction.delete(EmbeddingRows.NAME, item.owner(), id);
            }
        }
    }

    /** Rows of another model stay until the new one's are complete; those of an item that is gone do not. */
    private Set<String> replacedTags(Item item, boolean there) {
        Set<String> tags = new HashSet<>(Set.of(EmbeddingRows.MARK));
        Space space = EmbeddingRows.space(item.key());
        if (there && models.any()) {
            models.of(space).ifPresent(embedder -> {
                tags.add(CharGrams.MODEL.tag());
                tags.add(VectorModel.of(embedder.info()).tag());
            });
        }
        return tags;
    }

    private static void put(DocTransaction transaction, Row row, @Nullable Doc kept, float @Nullable [] vector) {
        String model = row.model() == null ? EmbeddingRows.MARK : row.model().id();
        if (row.model() != null && vector == null) {
            return;
        }
        Json body = EmbeddingRows.body(
                model, row.item().key(), row.part(), row.hash(), row.item().place());
        if (kept != null && kept.body().equals(body)) {
            return;
        }
        DocWrite write = DocWrite.of(row.item().owner(), row.id(), body);
        transaction.put(EmbeddingRows.NAME, vector == null ? write : write.blob(EmbeddingRows.bytes(vector)));
    }
}
