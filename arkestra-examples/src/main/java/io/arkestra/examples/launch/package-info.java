/** Starts an example from the build as a process of its own. */
@NullMarked
package io.arkestra.examples.launch;

import org.jspecify.annotations.NullMarked;
