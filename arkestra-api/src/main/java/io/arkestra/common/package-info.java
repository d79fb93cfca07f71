/** Identifiers, scope, JSON, cancellation, budgets and the exception root: the vocabulary that every other package uses. */
@NullMarked
package io.arkestra.common;

import org.jspecify.annotations.NullMarked;
