/** Getting to know a user, one question at a time. */
@NullMarked
package io.arkestra.onboarding.internal;

import org.jspecify.annotations.NullMarked;
