/** JSON Schema: compiled once, checked exactly, never fetched from a network. */
@NullMarked
package io.arkestra.schema.internal;

import org.jspecify.annotations.NullMarked;
