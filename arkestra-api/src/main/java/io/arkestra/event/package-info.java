/** What happens inside, one typed event per fact. */
@NullMarked
package io.arkestra.event;

import org.jspecify.annotations.NullMarked;
