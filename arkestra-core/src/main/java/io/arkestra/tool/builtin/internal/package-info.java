/** The tools that every engine has: notes, reminders, search, the user's name and zone. */
@NullMarked
package io.arkestra.tool.builtin.internal;

import org.jspecify.annotations.NullMarked;
