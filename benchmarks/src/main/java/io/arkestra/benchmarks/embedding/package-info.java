/** Embedding and reranking beside LangChain4j's runners: the same weights, the same texts. */
@NullMarked
package io.arkestra.benchmarks.embedding;

import org.jspecify.annotations.NullMarked;
