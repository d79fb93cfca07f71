/** llama-server as a child process of the host. Not an API. */
@NullMarked
package io.arkestra.llm.llamacpp.server.internal;

import org.jspecify.annotations.NullMarked;
