/** The document store on an embedded H2 database. */
@NullMarked
package io.arkestra.store.h2.internal;

import org.jspecify.annotations.NullMarked;
