/** Full-text search by words, in English and Russian: a derived index that can always be rebuilt from the store. */
@NullMarked
package io.arkestra.keyword;

import org.jspecify.annotations.NullMarked;
