/** Search by vectors: derived indexes that can always be rebuilt from the store. */
@NullMarked
package io.arkestra.vector;

import org.jspecify.annotations.NullMarked;
