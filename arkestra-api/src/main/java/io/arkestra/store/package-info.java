/** Versioned JSON documents, always scoped to an owner: the only truth; every index is derived from it. */
@NullMarked
package io.arkestra.store;

import org.jspecify.annotations.NullMarked;
