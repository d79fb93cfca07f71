/** The engine's event bus. */
@NullMarked
package io.arkestra.event.internal;

import org.jspecify.annotations.NullMarked;
