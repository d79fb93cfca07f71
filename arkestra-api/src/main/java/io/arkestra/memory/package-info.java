/** Long-term memory: what was said and what was learned, recalled with its source. */
@NullMarked
package io.arkestra.memory;

import org.jspecify.annotations.NullMarked;
