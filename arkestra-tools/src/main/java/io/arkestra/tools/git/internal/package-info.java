/** Git repositories, read in process: nothing of a repository is ever run. */
@NullMarked
package io.arkestra.tools.git.internal;

import org.jspecify.annotations.NullMarked;
