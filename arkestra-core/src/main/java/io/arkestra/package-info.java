/** The engine's front door: {@link io.arkestra.Arkestra} and what a host meets when it uses it. */
@NullMarked
package io.arkestra;

import org.jspecify.annotations.NullMarked;
