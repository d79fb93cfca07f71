/** What files of every kind have in common. */
@NullMarked
package io.arkestra.disk.internal;

import org.jspecify.annotations.NullMarked;
