/**
 * Durable jobs on the document store, and what is built on them: reminders with their deliveries, and the nightly job.
 *
 * <p>{@link io.arkestra.schedule.internal.DurableJobs} decides when and where a job runs, {@code JobStore} holds every change of its
 * state, {@code RunningJob} is one attempt.
 */
@NullMarked
package io.arkestra.schedule.internal;

import org.jspecify.annotations.NullMarked;
