/** The turn: a chain of stages from message to reply. */
@NullMarked
package io.arkestra.turn.internal;

import org.jspecify.annotations.NullMarked;
