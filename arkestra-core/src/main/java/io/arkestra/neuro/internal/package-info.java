/** Levels, how they move and come back, and what they make of an answer. Knows nothing of tools and policies. */
@NullMarked
package io.arkestra.neuro.internal;

import org.jspecify.annotations.NullMarked;
