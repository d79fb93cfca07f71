/** Language models on this machine: llama-server, a worker process, Ollama. */
@NullMarked
package io.arkestra.llm.llamacpp;

import org.jspecify.annotations.NullMarked;
