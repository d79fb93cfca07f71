/** Vector search beside its rivals: the same vectors, the same queries, compared at equal recall. */
@NullMarked
package io.arkestra.benchmarks.vector;

import org.jspecify.annotations.NullMarked;
