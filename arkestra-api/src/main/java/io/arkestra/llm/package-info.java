/** The contract with language models: one request, one response, one path whether streamed or not. */
@NullMarked
package io.arkestra.llm;

import org.jspecify.annotations.NullMarked;
