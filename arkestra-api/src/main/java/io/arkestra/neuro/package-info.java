/** The mood of the assistant towards a user: levels that turns move and time brings back, and how answers sound because of them. */
@NullMarked
package io.arkestra.neuro;

import org.jspecify.annotations.NullMarked;
