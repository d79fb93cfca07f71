/** Tools that touch what is outside the engine: files, documents, projects, repositories. */
@NullMarked
package io.arkestra.tools;

import org.jspecify.annotations.NullMarked;
