/** What every discoverable extension has in common: identity, availability, declared settings, and what it is given to work with. */
@NullMarked
package io.arkestra.spi;

import org.jspecify.annotations.NullMarked;
