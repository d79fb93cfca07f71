/** A language model that reads its answers from a file, for demos and tests that must be exact. */
@NullMarked
package io.arkestra.script.internal;

import org.jspecify.annotations.NullMarked;
