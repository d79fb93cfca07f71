/** Bridges between LangChain4j and Arkestra, both ways. */
@NullMarked
package io.arkestra.langchain4j;

import org.jspecify.annotations.NullMarked;
