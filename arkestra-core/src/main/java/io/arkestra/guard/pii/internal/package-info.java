/** Recognisers of personal data: form, check digits and context words decide together. */
@NullMarked
package io.arkestra.guard.pii.internal;

import org.jspecify.annotations.NullMarked;
