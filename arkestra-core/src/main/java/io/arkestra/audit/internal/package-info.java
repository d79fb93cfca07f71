/** The audit: a chain of hashes in a file, signed now and then. */
@NullMarked
package io.arkestra.audit.internal;

import org.jspecify.annotations.NullMarked;
