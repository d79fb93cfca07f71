/** Reads the JSON that a model meant from what it wrote. */
@NullMarked
package io.arkestra.llm.repair.internal;

import org.jspecify.annotations.NullMarked;
