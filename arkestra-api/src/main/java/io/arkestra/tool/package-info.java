/** Tools: what an assistant can do besides talking, described by schema, prepared before they act, undone where possible. */
@NullMarked
package io.arkestra.tool;

import org.jspecify.annotations.NullMarked;
