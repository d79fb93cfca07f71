package io.arkestra.tool.declared.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.tool.ToolException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** Makes one exchange over HTTP, follows no redirect, and reaches only what it may. Thread-safe. */
public interface HttpCaller {
    /**
     * What is sent.
     *
     * @param headers by name; their values may be secret
     * @param body empty for none
     * @param mostBytes how much of the answer is read
     * @param timeout for all of it, the answer's body included
     * @param anywhere whether addresses of this machine and of private networks may be reached
     */
    record Request(
            String method,
            URI uri,
            Map<String, String> headers,
            byte[] body,
            int mostBytes,
            Duration timeout,
            boolean anywhere) {}

    /**
     * What came back.
     *
     * @param contentType as the server says; empty when it says nothing
     * @param cut whether there was more
     */
    record Answer(int status, String contentType, byte[] body, boolean cut) {}

    /** @throws ToolException when it may not be reached, did not answer or took too long */
    Answer call(Request request, Cancellation cancel);
}
