package io.arkestra;

import java.time.Instant;

/**
 * Where something in a reply comes from.
 *
 * @param id id of the message or memory
 * @param kind {@code message}, {@code fact} or {@code note}
 * @param at when it was said
 * @param speaker who said it
 * @param quote the words, after the guard
 */
public record Source(String id, String kind, Instant at, String speaker, String quote) {}
