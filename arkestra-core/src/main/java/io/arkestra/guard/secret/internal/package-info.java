/** Recognisers of secrets: a rule file behind a keyword search, and values that a word calls a password. */
@NullMarked
package io.arkestra.guard.secret.internal;

import org.jspecify.annotations.NullMarked;
