/** The life of conversations: what ends is summed up, its facts are kept, and the user's portrait is made anew. */
@NullMarked
package io.arkestra.memory.session.internal;

import org.jspecify.annotations.NullMarked;
