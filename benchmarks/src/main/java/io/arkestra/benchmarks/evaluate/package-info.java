/** Measures the quality of the product on data sets, next to simple systems on the same data. */
@NullMarked
package io.arkestra.benchmarks.evaluate;

import org.jspecify.annotations.NullMarked;
