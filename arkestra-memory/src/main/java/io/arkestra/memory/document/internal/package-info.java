/** Long texts that are given to be searched: kept, cut into chunks, found by words and by meaning. */
@NullMarked
package io.arkestra.memory.document.internal;

import org.jspecify.annotations.NullMarked;
