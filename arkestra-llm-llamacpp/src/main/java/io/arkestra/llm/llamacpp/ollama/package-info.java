/** Ollama: chat through LangChain4j's client of it, and pulling models. */
@NullMarked
package io.arkestra.llm.llamacpp.ollama;

import org.jspecify.annotations.NullMarked;
