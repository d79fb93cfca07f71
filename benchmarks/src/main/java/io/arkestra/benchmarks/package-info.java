/** JMH benchmarks; rivals stand behind the same small interface and get the same data in the same run. */
@NullMarked
package io.arkestra.benchmarks;

import org.jspecify.annotations.NullMarked;
