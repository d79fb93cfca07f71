/** Asking people about calls: questions that survive, answers that hold for what was seen, and approvals that are remembered. */
@NullMarked
package io.arkestra.approval.internal;

import org.jspecify.annotations.NullMarked;
