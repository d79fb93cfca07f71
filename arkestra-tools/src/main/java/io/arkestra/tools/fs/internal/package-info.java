/** Files in the directories that the host opened, reached by descriptors and never through links. */
@NullMarked
package io.arkestra.tools.fs.internal;

import org.jspecify.annotations.NullMarked;
