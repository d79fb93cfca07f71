/** Policies: what may happen, decided before every effect. */
@NullMarked
package io.arkestra.policy;

import org.jspecify.annotations.NullMarked;
