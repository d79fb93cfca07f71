package io.arkestra.testkit;

import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.tool.Tool;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every {@link Tool} must do. A tool's test extends this class, says how the tool is made in a fresh world and which calls work; JUnit
 * then runs the contract's tests. Each test starts in a world of its own.
 *
 * <pre>{@code
 * class NoteCreateContractTest extends ToolContract {
 *     protected Tool open(Path directory) { … }
 *     protected List<Json> valid() { return List.of(Json.parse("{\"text\":\"milk\"}")); }
 *     protected Object world() { return notes(); }
 * }
 * }</pre>
 */
public abstract class ToolContract implements ToolSpecContract, ToolEffectContract, ToolLifeContract {
    @TempDir
    @Nullable
    Path directory;

    private @Nullable Tool tool;

    /** Makes the tool in a fresh world, with Alice's data in it where it works on data. The directory is empty and of this test alone. */
    protected abstract Tool open(Path directory) throws Exception;

    /**
     * Arguments of calls of Alice that work in the fresh world, each by itself; at least one. Several threads make them at the same time,
     * too, and all that was done then has to be undone: none may change what another works on, as a directory that is moved away does.
     */
    protected abstract List<Json> valid();

    /**
     * Everything that the tool could change, of all users, as something that is {@linkplain Object#equals equal} when nothing was changed:
     * for example a map of paths and contents.
     */
    protected abstract Object world() throws Exception;

    /** Arguments that fit the schema but that the tool has to refuse with a {@code ToolException}, changing nothing. */
    protected List<Json> refused() {
        return List.of();
    }

    /**
     * Arguments of a call that takes seconds when nobody stops it, for example one that waits for a slow server: it has to end soon when it is
     * cancelled while it runs, and when its time is over. Empty when no call of the tool takes long.
     */
    protected Optional<Json> slow() {
        return Optional.empty();
    }

    /**
     * Whether calls at the same time work on one thing, so that taking one back finds what another did and leaves it alone: of two that remember
     * the same words, for example. Otherwise all that were made at the same time have to be undone without a trace.
     */
    protected boolean meeting() {
        return false;
    }

    /** Arguments that must not fit the schema; only looked at when there is {@linkplain #problems a validator}. */
    protected List<Json> malformed() {
        return List.of();
    }

    /** What a user has; empty when users share one world, as that of files. */
    protected Optional<Object> worldOf(UserId user) throws Exception {
        return Optional.empty();
    }

    /** Words that only Alice's data holds: no call of Bob with the arguments of {@link #valid} may give them back. */
    protected List<String> privateWords() {
        return List.of();
    }

    /**
     * Changes what the call with these arguments has changed, as somebody else would: undo must find it and leave it alone. False when
     * nobody else can change it.
     */
    protected boolean interfere(Json arguments) throws Exception {
        return false;
    }

    /** Whether the tool has to say what its results look like; an example that only answers in words need not. */
    protected boolean resultSchemaExpected() {
        return true;
    }

    /** What is wrong with a value by a JSON Schema; empty when no validator is at hand, and what needs one is not tested then. */
    protected Optional<List<String>> problems(Json schema, Json value) {
        return Optional.empty();
    }

    /** Ends the world. */
    protected void close() throws Exception {}

    /** The tool of this test. */
    protected final Tool tool() {
        if (tool == null) {
            throw new IllegalStateException("The tool is made before each test");
        }
        return tool;
    }

    @BeforeEach
    void openWorld() throws Exception {
        if (directory == null) {
            throw new IllegalStateException("The directory is made before each test");
        }
        tool = open(directory);
    }

    @AfterEach
    void closeWorld() throws Exception {
        close();
    }

    @Override
    public final Tool subject() {
        return tool();
    }

    @Override
    public final List<Json> works() {
        return valid();
    }

    @Override
    public final List<Json> refuses() {
        return refused();
    }

    @Override
    public final Optional<Json> slowWork() {
        return slow();
    }

    @Override
    public final boolean callsMeet() {
        return meeting();
    }

    @Override
    public final List<Json> misfits() {
        return malformed();
    }

    @Override
    public final Object everything() {
        try {
            return world();
        } catch (Exception e) {
            throw new AssertionError("The world cannot be looked at: " + e, e);
        }
    }

    @Override
    public final Optional<Object> everythingOf(UserId user) {
        try {
            return worldOf(user);
        } catch (Exception e) {
            throw new AssertionError("The world of " + user + " cannot be looked at: " + e, e);
        }
    }

    @Override
    public final List<String> wordsOfAlice() {
        return privateWords();
    }

    @Override
    public final boolean somebodyElseChanges(Json arguments) {
        try {
            return interfere(arguments);
        } catch (Exception e) {
            throw new AssertionError("Somebody else's change failed: " + e, e);
        }
    }

    @Override
    public final boolean promisesResults() {
        return resultSchemaExpected();
    }

    @Override
    public final Optional<List<String>> schemaProblems(Json schema, Json value) {
        return problems(schema, value);
    }
}
