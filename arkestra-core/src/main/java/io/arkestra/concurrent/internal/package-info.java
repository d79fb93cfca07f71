/** Threads: the one place that knows which kinds the running Java version has. */
@NullMarked
package io.arkestra.concurrent.internal;

import org.jspecify.annotations.NullMarked;
