/** Data sets to train models on: what was said, answered and decided, of users who consented. */
@NullMarked
package io.arkestra.memory.dataset.internal;

import org.jspecify.annotations.NullMarked;
