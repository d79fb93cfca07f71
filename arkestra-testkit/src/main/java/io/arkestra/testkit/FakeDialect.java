package io.arkestra.testkit;

import java.util.Optional;

/** How a {@link FakeLlmServer} speaks. Thread-safe. */
interface FakeDialect {
    /** Whether the request asks for an answer of the model, be it streamed or not. */
    boolean asks(FakeRequest request);

    /** The answer of the model to such a request. */
    FakeReply answer(FakeRequest request, FakeAnswer answer);

    /** The reply to any other request; empty when there is no such endpoint. */
    Optional<FakeReply> other(FakeRequest request);

    /** Whether the request needs the server's key. */
    default boolean guarded(FakeRequest request) {
        return true;
    }

    FakeReply wrongKey();

    FakeReply unknownPath(FakeRequest request);

    FakeReply malformedBody(String problem);
}
