/** Asking people somewhere else than at a console. */
@NullMarked
package io.arkestra.examples.approval;

import org.jspecify.annotations.NullMarked;
