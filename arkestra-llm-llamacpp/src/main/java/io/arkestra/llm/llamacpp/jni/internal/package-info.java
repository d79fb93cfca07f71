/** A language model over the worker process. Not an API. */
@NullMarked
package io.arkestra.llm.llamacpp.jni.internal;

import org.jspecify.annotations.NullMarked;
