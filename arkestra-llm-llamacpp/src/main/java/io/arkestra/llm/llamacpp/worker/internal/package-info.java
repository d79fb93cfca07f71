/**
 * llama.cpp in a process of its own. {@link io.arkestra.llm.llamacpp.worker.internal.WorkerMain} and what it uses run in the child; the
 * rest runs in the host and never loads a native class. Not an API.
 */
@NullMarked
package io.arkestra.llm.llamacpp.worker.internal;

import org.jspecify.annotations.NullMarked;
