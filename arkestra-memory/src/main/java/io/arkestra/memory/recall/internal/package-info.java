/** Long-term memory over the store: remembering, and recall by words. */
@NullMarked
package io.arkestra.memory.recall.internal;

import org.jspecify.annotations.NullMarked;
