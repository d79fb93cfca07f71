/** Models that speak LangChain4j's interfaces, as models of Arkestra. Needs {@code dev.langchain4j:langchain4j-core} on the class path. */
@NullMarked
package io.arkestra.embedding.langchain4j;

import org.jspecify.annotations.NullMarked;
