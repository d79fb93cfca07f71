/** Reads and checks GGUF files. Not an API. */
@NullMarked
package io.arkestra.llm.llamacpp.gguf.internal;

import org.jspecify.annotations.NullMarked;
