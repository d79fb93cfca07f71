/** An application on LangChain4j that adopts Arkestra piece by piece. */
@NullMarked
package io.arkestra.examples.langchain4j;

import org.jspecify.annotations.NullMarked;
