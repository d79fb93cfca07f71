/** Tools that are declared in words rather than programmed: a call over HTTP, a command, a chain of tools. */
@NullMarked
package io.arkestra.tool.declared.internal;

import org.jspecify.annotations.NullMarked;
