package io.arkestra.llm.openai;

import io.arkestra.llm.LlmException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The server has answered with an error. */
final class ServerRefusal extends LlmException {
    private static final long serialVersionUID = 1L;

    private final int status;

    ServerRefusal(Reason reason, int status, String message, @Nullable Duration retryAfter) {
        super(reason, message, null, retryAfter);
        this.status = status;
    }

    /** The status of HTTP, or what an error within a stream gives in its place. */
    int status() {
        return status;
    }
}
