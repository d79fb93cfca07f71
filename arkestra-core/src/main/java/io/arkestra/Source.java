package io.arkestra;

import io.arkestra.memory.Citation;
import java.time.Instant;
import java.util.Optional;

/**
 * Where something in a reply comes from.
 *
 * @param id id of the message, memory or passage
 * @param kind {@code message}, {@code fact}, {@code note}, {@code summary} or {@code document}
 * @param at when it was said, or the document was taken in
 * @param speaker who said it; of a document its title, of a file of a project its path
 * @param quote the words, after the guard
 * @param citation for a part of a document: where in it, by page, heading and lines
 */
public record Source(String id, String kind, Instant at, String speaker, String quote, Optional<Citation> citation) {}
