/** A host's own policy and approver. */
@NullMarked
package io.arkestra.examples.policy;

import org.jspecify.annotations.NullMarked;
