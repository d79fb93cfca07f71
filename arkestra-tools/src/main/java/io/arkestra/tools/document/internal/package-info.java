/** Documents of many formats, read as text and handed to the memory to be searched. */
@NullMarked
package io.arkestra.tools.document.internal;

import org.jspecify.annotations.NullMarked;
