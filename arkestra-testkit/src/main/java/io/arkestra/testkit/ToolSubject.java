package io.arkestra.testkit;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** A tool in a world, as the parts of {@link ToolContract} see it. */
interface ToolSubject {
    /** Whose calls are made. */
    Scope ALICE = Scope.of(UserId.of("alice"));
    /** Who has nothing to do with it. */
    Scope BOB = Scope.of(UserId.of("bob"));

    /** Numbers calls. */
    AtomicLong CALLS = new AtomicLong();

    /** The tool in a fresh world: the same one during a test. */
    Tool subject();

    /** Arguments of calls that work in the fresh world, each by itself. */
    List<Json> works();

    /** Arguments that fit the schema but that the tool has to refuse. */
    List<Json> refuses();

    /** Arguments that must not fit the schema. */
    List<Json> misfits();

    /** Arguments of a call that works, and takes seconds when nobody stops it; empty when the tool has none. */
    Optional<Json> slowWork();

    /** Whether calls at the same time work on one thing, so that not each of them can be taken back by itself. */
    boolean callsMeet();

    /** Everything that the tool could change, of all users, as something that is equal when nothing was changed. */
    Object everything();

    /** Everything that a user has; empty when users share one world. */
    Optional<Object> everythingOf(UserId user);

    /** Words that only Alice's data holds: no call of Bob may give them back. */
    List<String> wordsOfAlice();

    /** Changes what a call that works has changed, as somebody else would. False when nobody else can. */
    boolean somebodyElseChanges(Json arguments);

    /** Whether the tool has to say what its results look like. */
    boolean promisesResults();

    /** What is wrong with a value by a schema; empty when there is no validator. */
    Optional<List<String>> schemaProblems(Json schema, Json value);

    default ToolSpec spec() {
        return subject().spec();
    }

    default boolean changesThings() {
        return spec().sideEffect() != ToolSpec.SideEffect.NONE;
    }

    default ToolCall call(Json arguments) {
        return ToolCall.of("contract-" + CALLS.incrementAndGet(), spec().name(), arguments);
    }

    default ToolContext context(Scope scope) {
        return context(scope, Cancellation.none(), spec().timeout());
    }

    /** What the engine would give. Override it where a tool needs more. */
    default ToolContext context(Scope scope, Cancellation cancellation, Duration timeout) {
        return TestToolContext.builder()
                .scope(scope)
                .turn(TurnId.of("turn-" + CALLS.incrementAndGet()))
                .cancellation(cancellation)
                .timeout(timeout)
                .build();
    }

    /** All that the engine does for a call which nobody has anything against. */
    default ToolResult made(ToolCall call, ToolContext context) {
        subject().targets(call, context);
        Prepared prepared = subject().prepare(call, context);
        return subject().call(call, prepared, context);
    }

    /** As it comes back from where the engine keeps it. */
    static Prepared stored(Prepared prepared) {
        return Prepared.of(List.copyOf(prepared.effects()))
                .withPreview(prepared.preview())
                .withUndo(Json.parse(prepared.undo().toString()))
                .withStateDigest(prepared.stateDigest());
    }
}
