/** Running tools: arguments, calls, results. */
@NullMarked
package io.arkestra.tool.internal;

import org.jspecify.annotations.NullMarked;
