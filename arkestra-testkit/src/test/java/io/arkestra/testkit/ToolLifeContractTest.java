package io.arkestra.testkit;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.arkestra.common.Json;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** The part of the contract about slow calls and many threads fails for tools that break it. */
@Timeout(120)
class ToolLifeContractTest {
    private static final Json ARGUMENTS = Json.parse("{\"name\":\"a.txt\",\"text\":\"new\"}");

    @TempDir
    Path directory;

    private FilePutContractTest contract(Tool tool, boolean slow) {
        FilePutContractTest contract = new FilePutContractTest() {
            @Override
            protected Tool open(Path place) throws IOException {
                super.open(place);
                return tool;
            }

            @Override
            protected Optional<Json> slow() {
                return slow ? Optional.of(ARGUMENTS) : Optional.empty();
            }
        };
        contract.directory = directory;
        assertDoesNotThrow(contract::openWorld);
        return contract;
    }

    /** Takes two seconds, unless it hears that it is to stop. */
    private Tool waiting(Predicate<ToolContext> hears) {
        return new FilePut(directory) {
            @Override
            public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
                for (int i = 0; i < 200; i++) {
                    if (hears.test(context)) {
                        throw new ToolException(ToolException.Reason.TIMEOUT, "it was stopped");
                    }
                    LockSupport.parkNanos(10_000_000);
                }
                return super.call(call, prepared, context);
            }
        };
    }

    private static boolean late(ToolContext context) {
        return !context.clock().instant().isBefore(context.deadline());
    }

    private static void fails(Executable test) {
        assertThrows(AssertionFailedError.class, test);
    }

    @Test
    void slowCall_thatHearsBoth_passes() {
        ToolContract contract =
                contract(waiting(context -> context.cancellation().isCancelled() || late(context)), true);
        assertDoesNotThrow(contract::call_cancelledWhileItRuns_endsSoon);
        assertDoesNotThrow(contract::call_whoseTimeRunsOut_endsSoon);
    }

    @Test
    void slowCall_thatHearsNoCancellation_isFound() {
        fails(contract(waiting(ToolLifeContractTest::late), true)::call_cancelledWhileItRuns_endsSoon);
    }

    @Test
    void slowCall_thatSeesNoDeadline_isFound() {
        fails(contract(waiting(context -> context.cancellation().isCancelled()), true)::call_whoseTimeRunsOut_endsSoon);
    }

    @Test
    void slowCall_thatIsNotSlow_isFound() {
        fails(contract(new FilePut(directory), true)::call_cancelledWhileItRuns_endsSoon);
    }

    @Test
    void tool_withoutASlowCall_isNotAsked() {
        ToolContract contract = contract(new FilePut(directory), false);
        assertThrows(TestAbortedException.class, contract::call_whoseTimeRunsOut_endsSoon);
        assertThrows(TestAbortedException.class, contract::call_cancelledWhileItRuns_endsSoon);
    }

    /** Right as long as one call comes after the other. */
    @Test
    void tool_thatUndoesTheLatestCallInsteadOfTheGivenOne_isFound() {
        FilePut forgetful = new FilePut(directory) {
            private volatile Prepared latest = Prepared.nothing();

            @Override
            public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
                latest = prepared;
                return super.call(call, prepared, context);
            }

            @Override
            public void undo(Prepared prepared, ToolContext context) {
                super.undo(latest, context);
            }
        };
        fails(contract(forgetful, false)::tool_usedByManyThreads_works);
    }

    @Test
    void tool_asItShouldBe_passes() {
        assertDoesNotThrow(contract(new FilePut(directory), false)::tool_usedByManyThreads_works);
    }
}
