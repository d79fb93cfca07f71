package io.arkestra.memory.semantic.internal;

import io.arkestra.embedding.EmbedderInfo;
import io.arkestra.embedding.EmbeddingRole;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.util.Locale;
import java.util.Optional;

/** The vectors that a user's rows hold already, by the hash of what was embedded: the same text is never given to the same model twice. */
public final class VectorCache {
    private VectorCache() {}

    /** The vector that this user has of this text by this model in this role. */
    public static Optional<float[]> find(
            DocTransaction transaction, Owner owner, EmbedderInfo info, String text, EmbeddingRole role) {
        VectorModel model = VectorModel.of(info);
        String hash = EmbeddingRows.hash(text, model, role.name().toLowerCase(Locale.ROOT));
        return find(transaction, owner, model, hash);
    }

    static Optional<float[]> find(DocTransaction transaction, Owner owner, VectorModel model, String hash) {
        return transaction
                .find(
                        EmbeddingRows.NAME,
                        owner,
                        DocQuery.where(Filter.and(Filter.eq("model", model.id()), Filter.eq("hash", hash)))
                                .limit(1))
                .docs()
                .stream()
                .findFirst()
                .flatMap(doc -> EmbeddingRows.vector(doc, model.dimension()));
    }
}
