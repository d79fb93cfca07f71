/** The keyword index on Lucene: one partition per owner, English and Russian stems. */
@NullMarked
package io.arkestra.keyword.lucene.internal;

import org.jspecify.annotations.NullMarked;
