/** What users have to do, kept for them. */
@NullMarked
package io.arkestra.task.internal;

import org.jspecify.annotations.NullMarked;
