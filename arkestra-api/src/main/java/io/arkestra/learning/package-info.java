/** What the assistant has learned from feedback about how to answer a user. */
@NullMarked
package io.arkestra.learning;

import org.jspecify.annotations.NullMarked;
