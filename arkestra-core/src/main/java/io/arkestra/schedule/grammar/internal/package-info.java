/**
 * Dates, times and recurrences in natural language, English and Russian, and the recurrence engine that expands them.
 *
 * <p>Text is tokenised, every token is looked up in a lexicon that gives it typed meanings, composition rules turn runs
 * of typed tokens into fragments (a date, a clock time, an offset, a repetition), and one resolver turns the fragments
 * of a sentence into instants. {@link io.arkestra.schedule.grammar.internal.DateGrammar} is the entry point.
 */
@NullMarked
package io.arkestra.schedule.grammar.internal;

import org.jspecify.annotations.NullMarked;
