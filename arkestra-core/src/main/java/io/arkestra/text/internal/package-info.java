/** Language detection and the sentences that the engine itself speaks, in English and Russian. */
@NullMarked
package io.arkestra.text.internal;

import org.jspecify.annotations.NullMarked;
