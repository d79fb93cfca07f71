/** Embedding and reranking in the process: own tokenizer, own runner over ONNX Runtime. */
@NullMarked
package io.arkestra.embedding.onnx.internal;

import org.jspecify.annotations.NullMarked;
