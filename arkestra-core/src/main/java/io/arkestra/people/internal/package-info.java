/** What is known about users: name, zone. */
@NullMarked
package io.arkestra.people.internal;

import org.jspecify.annotations.NullMarked;
