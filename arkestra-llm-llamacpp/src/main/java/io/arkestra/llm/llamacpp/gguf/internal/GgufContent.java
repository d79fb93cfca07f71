package io.arkestra.llm.llamacpp.gguf.internal;

import java.util.List;
import java.util.Map;

/**
 * A header as it stands in the file, structurally sound.
 *
 * @param metadata values by key: {@link Long}, {@link Double}, {@link Boolean}, {@link String} or {@link Array}
 * @param tensors in the order of the file
 */
record GgufContent(Map<String, Object> metadata, List<Tensor> tensors) {
    /**
     * An array, of which only what the rules need is kept.
     *
     * @param texts whether its elements are texts
     * @param count of its elements
     * @param least smallest element; 0 for texts
     * @param most greatest element; 0 for texts
     * @param elements texts and types of the vocabulary; empty for any other array
     */
    record Array(boolean texts, int count, double least, double most, List<Object> elements) {}

    /**
     * A tensor.
     *
     * @param shape elements per dimension, the contiguous one first
     * @param elements their product
     */
    record Tensor(String name, List<Long> shape, long elements) {}
}
