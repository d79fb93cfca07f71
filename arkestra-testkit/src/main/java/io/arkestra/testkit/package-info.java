/** Compatibility kits that every provider of a contract should pass, and test doubles for hosts. */
@NullMarked
package io.arkestra.testkit;

import org.jspecify.annotations.NullMarked;
