/** Finding providers, choosing among them, and what they are given to work with. */
@NullMarked
package io.arkestra.spi.internal;

import org.jspecify.annotations.NullMarked;
