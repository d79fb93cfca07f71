/** What junior and senior are asked for and what they answer. */
@NullMarked
package io.arkestra.persona.internal;

import org.jspecify.annotations.NullMarked;
