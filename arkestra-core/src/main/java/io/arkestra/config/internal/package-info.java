/** The configuration: one file, environment and system properties above it, every value with its origin. */
@NullMarked
package io.arkestra.config.internal;

import org.jspecify.annotations.NullMarked;
