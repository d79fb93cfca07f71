/** Encryption of documents: what is encrypted with what, in which form. Knows nothing of where it is kept. */
@NullMarked
package io.arkestra.store.crypto.internal;

import org.jspecify.annotations.NullMarked;
