/** Small pieces for the wording of messages. */
@NullMarked
package io.arkestra.text.internal;

import org.jspecify.annotations.NullMarked;
