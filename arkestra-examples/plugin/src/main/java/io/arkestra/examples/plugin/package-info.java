/** A tool in a jar of its own. */
@NullMarked
package io.arkestra.examples.plugin;

import org.jspecify.annotations.NullMarked;
