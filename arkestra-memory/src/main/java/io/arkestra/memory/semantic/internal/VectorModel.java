package io.arkestra.memory.semantic.internal;

import io.arkestra.embedding.EmbedderInfo;
import io.arkestra.memory.record.internal.NormalText;
import java.util.HexFormat;

/**
 * What makes vectors that may be compared with each other.
 *
 * @param id of the model, fingerprint included
 * @param dimension of its vectors
 */
record VectorModel(String id, int dimension) {
    private static final int TAG_BYTES = 5;

    static VectorModel of(EmbedderInfo info) {
        return new VectorModel(info.id(), info.dimension());
    }

    /** Stands for the model at the beginning of document ids. */
    String tag() {
        return HexFormat.of().formatHex(NormalText.sha256(id), 0, TAG_BYTES);
    }
}
