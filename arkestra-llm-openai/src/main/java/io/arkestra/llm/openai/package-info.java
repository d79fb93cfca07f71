/** Clients for language models behind the OpenAI dialect of HTTP. */
@NullMarked
package io.arkestra.llm.openai;

import org.jspecify.annotations.NullMarked;
