/** Finding and masking what must not leave: personal data, secrets, profanity. */
@NullMarked
package io.arkestra.guard;

import org.jspecify.annotations.NullMarked;
