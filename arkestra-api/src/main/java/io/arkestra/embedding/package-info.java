/** Models that turn texts into vectors and models that order texts by how well they answer a query. */
@NullMarked
package io.arkestra.embedding;

import org.jspecify.annotations.NullMarked;
