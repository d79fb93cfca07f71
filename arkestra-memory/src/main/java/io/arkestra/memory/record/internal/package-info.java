/** What was remembered: facts, notes, summaries, their tiers and their history. */
@NullMarked
package io.arkestra.memory.record.internal;

import org.jspecify.annotations.NullMarked;
