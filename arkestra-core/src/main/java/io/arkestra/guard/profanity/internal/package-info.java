/** Profanity in English and Russian behind disguises. */
@NullMarked
package io.arkestra.guard.profanity.internal;

import org.jspecify.annotations.NullMarked;
