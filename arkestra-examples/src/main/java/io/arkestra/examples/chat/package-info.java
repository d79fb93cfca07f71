/** A chat on the console: at a terminal, through a pipe, or as JSON lines for programs. */
@NullMarked
package io.arkestra.examples.chat;

import org.jspecify.annotations.NullMarked;
