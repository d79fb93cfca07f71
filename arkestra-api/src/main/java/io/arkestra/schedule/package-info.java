/** Time: reminders and durable jobs. */
@NullMarked
package io.arkestra.schedule;

import org.jspecify.annotations.NullMarked;
