/** The guard that ships with the engine: rules over a sliding window of text. */
@NullMarked
package io.arkestra.guard.internal;

import org.jspecify.annotations.NullMarked;
