/** A contextual bandit over ways to answer: chosen by Thompson sampling, taught by feedback. Knows nothing of tools and policies. */
@NullMarked
package io.arkestra.learning.internal;

import org.jspecify.annotations.NullMarked;
