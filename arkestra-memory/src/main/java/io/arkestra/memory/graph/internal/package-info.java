/** Who and what a user's memories are about: found in facts and messages, kept with where it was found, drawn. */
@NullMarked
package io.arkestra.memory.graph.internal;

import org.jspecify.annotations.NullMarked;
