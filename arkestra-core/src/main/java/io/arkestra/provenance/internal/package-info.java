/** Where words come from: what a model had seen when it asked for a call, and which values of a call somebody vouches for. */
@NullMarked
package io.arkestra.provenance.internal;

import org.jspecify.annotations.NullMarked;
