/**
 * The computing half of the vector index: codes, scans and graphs over arrays and buffers. Nothing here opens a file or starts a
 * thread; vectors have length 1, so a dot product is the cosine.
 */
@NullMarked
package io.arkestra.vector.search.internal;

import org.jspecify.annotations.NullMarked;
