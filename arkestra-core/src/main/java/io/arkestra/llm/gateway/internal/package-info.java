/** Stands between the engine and language models: chooses, limits, tries again, falls back, mends, counts. */
@NullMarked
package io.arkestra.llm.gateway.internal;

import org.jspecify.annotations.NullMarked;
