/** Which tools a message needs, and how each is to be used. */
@NullMarked
package io.arkestra.tool.select.internal;

import org.jspecify.annotations.NullMarked;
