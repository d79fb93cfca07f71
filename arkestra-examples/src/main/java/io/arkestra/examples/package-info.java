/** Small hosts that embed the engine. */
@NullMarked
package io.arkestra.examples;

import org.jspecify.annotations.NullMarked;
