/** The storage half of the vector index: partitions, their segments and generations on disk, and their upkeep. */
@NullMarked
package io.arkestra.vector.partition.internal;

import org.jspecify.annotations.NullMarked;
