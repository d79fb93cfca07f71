/** The nightly work on memories: steps that commit by themselves and can be done again without effect. */
@NullMarked
package io.arkestra.memory.sleep.internal;

import org.jspecify.annotations.NullMarked;
