/** Search by meaning: vectors of what is searched, kept right in the background, and the index over them. */
@NullMarked
package io.arkestra.memory.semantic.internal;

import org.jspecify.annotations.NullMarked;
