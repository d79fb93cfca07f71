package io.arkestra.testkit;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.arkestra.tool.EffectState;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** The contract fails for tools that break it, each in one way. */
class ToolContractTest {
    @TempDir
    Path directory;

    /** The contract around a tool that is not quite as it should be. */
    private FilePutContractTest contract(Tool broken) {
        FilePutContractTest contract = new FilePutContractTest() {
            @Override
            protected Tool open(Path place) throws IOException {
                super.open(place);
                return broken;
            }
        };
        contract.directory = directory;
        try {
            contract.openWorld();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return contract;
    }

    private void fails(Tool tool, Consumer<ToolContract> test) {
        ToolContract contract = contract(tool);
        assertThrows(AssertionFailedError.class, () -> test.accept(contract));
    }

    @Test
    void schema_open_isFound() {
        fails(
                new FilePut(directory) {
                    @Override
                    public ToolSpec spec() {
                        return ToolSpec.builder("file.put")
                                .description("Open")
                                .arguments("{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"}}}")
                                .build();
                    }
                },
                ToolSpecContract::schema_ofTheArguments_isAClosedObject);
    }

    @Test
    void prepare_thatActs_isFound() {
        fails(
                new FilePut(directory) {
                    @Override
                    public Prepared prepare(ToolCall call, ToolContext context) {
                        Prepared prepared = super.prepare(call, context);
                        super.call(call, prepared, context);
                        return prepared;
                    }
                },
                ToolEffectContract::prepare_ofCallsThatWork_saysWhatWouldChangeAndChangesNothing);
    }

    @Test
    void state_thatLies_isFound() {
        FilePut liar = new FilePut(directory) {
            @Override
            public EffectState state(ToolCall call, Prepared prepared, ToolContext context) {
                return EffectState.PRESENT;
            }
        };
        fails(liar, ToolEffectContract::state_beforeTheCall_isNotPresentAndChangesNothing);
    }

    @Test
    void undo_thatOverwrites_isFound() {
        fails(
                new FilePut(directory) {
                    @Override
                    public void undo(Prepared prepared, ToolContext context) {
                        try {
                            Files.deleteIfExists(Path.of(prepared.undo().text("file")));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    }
                },
                ToolEffectContract::undo_afterSomebodyElsesChange_isRefusedAndChangesNothing);
    }

    @Test
    void undo_thatDoesNothing_isFound() {
        fails(
                new FilePut(directory) {
                    @Override
                    public void undo(Prepared prepared, ToolContext context) {}
                },
                ToolEffectContract::undo_afterACall_restoresExactly);
    }

    @Test
    void targets_thatAreNotResolved_areFound() {
        fails(
                new FilePut(directory) {
                    @Override
                    public List<Target> targets(ToolCall call, ToolContext context) {
                        return List.of(Target.changed(Target.PATH, "/a/../b"));
                    }
                },
                ToolSpecContract::targets_ofCallsThatWork_areResolved);
    }

    @Test
    void call_thatHearsNoCancellation_isFound() {
        fails(
                new FilePut(directory) {
                    @Override
                    public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
                        LockSupport.parkNanos(300_000_000);
                        return super.call(call, prepared, context);
                    }
                },
                contract -> {
                    try {
                        contract.call_thatIsCancelled_endsSoon();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    @Test
    void call_thatActsThoughCancelled_isFound() {
        fails(
                new FilePut(directory) {
                    @Override
                    public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
                        return super.call(
                                call, prepared, TestToolContext.builder().build());
                    }
                },
                ToolLifeContract::call_cancelledBeforeItBegan_changesNothing);
    }

    @Test
    void result_undeclared_isFoundUnlessItNeedNotBe() {
        FilePutContractTest strict = new FilePutContractTest() {
            @Override
            protected boolean resultSchemaExpected() {
                return true;
            }
        };
        strict.directory = directory;
        assertDoesNotThrow(strict::openWorld);
        assertThrows(AssertionFailedError.class, strict::schema_ofTheResult_isDeclared);
        assertThrows(
                TestAbortedException.class,
                () -> contract(new FilePut(directory)).schema_ofTheResult_isDeclared());
    }

    @Test
    void refusal_thatIsNone_isFound() {
        fails(
                new FilePut(directory) {
                    @Override
                    public List<Target> targets(ToolCall call, ToolContext context) {
                        return List.of();
                    }

                    @Override
                    public Prepared prepare(ToolCall call, ToolContext context) {
                        return Prepared.effect("writes");
                    }

                    @Override
                    public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
                        return ToolResult.text("done");
                    }
                },
                ToolEffectContract::call_thatTheToolRefuses_saysWhyAndChangesNothing);
    }
}
