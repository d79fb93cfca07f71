/** Whole repositories, kept searchable while they change. */
@NullMarked
package io.arkestra.tools.project.internal;

import org.jspecify.annotations.NullMarked;
