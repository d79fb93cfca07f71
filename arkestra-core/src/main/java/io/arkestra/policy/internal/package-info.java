/** The built-in policy and how policies compose. */
@NullMarked
package io.arkestra.policy.internal;

import org.jspecify.annotations.NullMarked;
