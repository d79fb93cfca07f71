/** The stand-in for language models: a rule-based junior and an extractive senior. */
@NullMarked
package io.arkestra.offline.internal;

import org.jspecify.annotations.NullMarked;
