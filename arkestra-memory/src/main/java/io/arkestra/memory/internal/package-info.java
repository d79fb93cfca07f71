/** The memory as one whole: puts recall, records, sessions, documents and the graph together. */
@NullMarked
package io.arkestra.memory.internal;

import org.jspecify.annotations.NullMarked;
