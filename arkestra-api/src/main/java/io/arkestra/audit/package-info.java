/** The audit: who did what, chained so that nobody can change it unseen. */
@NullMarked
package io.arkestra.audit;

import org.jspecify.annotations.NullMarked;
