/** Rules that people write: the language, how rules are found for a call, layers, files that change. */
@NullMarked
package io.arkestra.policy.rules.internal;

import org.jspecify.annotations.NullMarked;
