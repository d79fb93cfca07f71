/** What the modules for language models cost, beside LangChain4j's on the same bytes and the same server. */
@NullMarked
package io.arkestra.benchmarks.llm;

import org.jspecify.annotations.NullMarked;
