/** Text in blocks that no sensitive value crosses, the contract of recognisers, and the search for keywords. */
@NullMarked
package io.arkestra.guard.scan.internal;

import org.jspecify.annotations.NullMarked;
