package io.arkestra.tool.declared.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.testkit.TestToolContext;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Declared commands, as real processes. */
@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
class CommandToolTest {
    @TempDir
    Path directory;

    private CommandTool tool(List<String> argv, String more) {
        Json definition = Json.parse("{\"kind\":\"command\",\"name\":\"a.b\",\"description\":\"x\",\"cwd\":"
                        + Json.of(directory.toString())
                        + ",\"arguments\":{\"type\":\"object\",\"required\":[\"p\"],\"properties\":{\"p\":{\"type\":\"string\"}}}"
                        + more + "}")
                .with("argv", Json.strings(argv));
        return new CommandTool(
                Definition.parse(definition.toString()),
                1,
                new Lent(Set.of(), Set.of("TOKEN"), name -> Optional.of("value of " + name)));
    }

    private static ToolResult run(CommandTool tool, String argument) {
        ToolCall call = ToolCall.of("1", "a.b", Json.object().put("p", argument).build());
        TestToolContext context = TestToolContext.builder().build();
        tool.targets(call, context);
        return tool.call(call, tool.prepare(call, context), context);
    }

    @Test
    void metacharacters_areLiteral() {
        String hostile = "; touch owned && $(touch owned) `touch owned` | tee owned > owned * ' \" \n done";
        ToolResult result = run(tool(List.of("/bin/echo", "-n", "{p}"), ""), hostile);
        assertEquals(hostile, result.data().text("out"));
        assertFalse(Files.exists(directory.resolve("owned")));
        assertEquals("[process:/bin/echo]", result.taints().toString());
    }

    @Test
    void output_ofCommandsThatEndAtOnce_isReadToItsEnd() throws InterruptedException, ExecutionException {
        CommandTool echo = tool(List.of("/bin/echo", "-n", "{p}"), "");
        ExecutorService callers = Executors.newFixedThreadPool(16);
        try {
            List<Future<String>> outs = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                String said = "said " + i;
                outs.add(callers.submit(() -> run(echo, said).data().text("out")));
            }
            for (int i = 0; i < 400; i++) {
                assertEquals("said " + i, outs.get(i).get());
            }
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void place_addsNoArgument() {
        ToolResult result = run(tool(List.of("/bin/sh", "-c", "echo $#", "sh", "{p}"), ""), "one two three");
        assertEquals("1\n", result.data().text("out"));
    }

    @Test
    void argument_thatWouldBeAnOption_isRefusedUnlessOptionsHaveEnded() {
        ToolException refused =
                assertThrows(ToolException.class, () -> run(tool(List.of("/bin/cat", "{p}"), ""), "--help"));
        assertEquals(ToolException.Reason.INVALID_ARGUMENTS, refused.reason());
        ToolResult result = run(tool(List.of("/bin/cat", "--", "{p}"), ""), "--help");
        assertTrue(result.data().integer("exit").orElseThrow() != 0);
    }

    @Test
    void environment_isEmptyButForWhatIsListed() {
        ToolResult result = run(tool(List.of("/usr/bin/env"), ",\"env\":[\"TOKEN\"]"), "");
        assertEquals("TOKEN=value of TOKEN\n", result.data().text("out"));
    }

    @Test
    void stdin_isClosedOrTheArguments() {
        assertEquals("", run(tool(List.of("/bin/cat"), ""), "x").data().text("out"));
        assertEquals(
                "{\"p\":\"x\"}",
                run(tool(List.of("/bin/cat"), ",\"stdin\":\"json\""), "x")
                        .data()
                        .text("out"));
    }

    @Test
    void deadline_stopsTheProcessAndWhatItStarted() throws Exception {
        Path pid = directory.resolve("pid");
        CommandTool slow =
                tool(List.of("/bin/sh", "-c", "(sleep 300 & echo $! > pid; wait) & wait"), ",\"timeout_seconds\":2");
        ToolException late = assertThrows(ToolException.class, () -> run(slow, ""));
        assertEquals(ToolException.Reason.TIMEOUT, late.reason());
        long grandchild = Long.parseLong(Files.readString(pid).strip());
        Optional<ProcessHandle> left = ProcessHandle.of(grandchild);
        if (left.isPresent()) {
            left.get().onExit().get(20, TimeUnit.SECONDS);
        }
        assertFalse(left.filter(ProcessHandle::isAlive).isPresent());
    }

    @Test
    void endlessOutput_isCutAndTheProcessStopped() {
        ToolResult result = run(tool(List.of("/bin/sh", "-c", "yes"), ",\"max_bytes\":1000"), "");
        assertEquals(1_000, result.data().text("out").length());
        assertTrue(result.data().bool("cut").orElseThrow());
    }

    @Test
    void outputThatIsNoText_isReplacedAndNotAnError() {
        ToolResult result = run(tool(List.of("/bin/sh", "-c", "printf 'a\\377b'; printf err >&2; exit 3"), ""), "");
        assertEquals("a\uFFFDb", result.data().text("out"));
        assertEquals("err", result.data().text("err"));
        assertEquals(3L, result.data().integer("exit").orElseThrow());
        assertEquals("S1", result.data().text("sandbox"));
    }

    @Test
    void programThatIsNotThere_saysSo() {
        ToolException failed = assertThrows(ToolException.class, () -> run(tool(List.of("/no/such/program"), ""), "x"));
        assertTrue(String.valueOf(failed.getMessage()).contains("cannot be started"), failed.getMessage());
    }

    @Test
    void spec_saysThatItIsNotSandboxed() {
        CommandTool tool = tool(List.of("/bin/true"), "");
        assertEquals("S1", tool.spec().sandbox());
        assertEquals(Set.of("process.run"), tool.spec().capabilities());
        ToolCall call = ToolCall.of("1", "a.b", Json.parse("{\"p\":\"x\"}"));
        assertTrue(tool.prepare(call, TestToolContext.builder().build())
                .effects()
                .get(0)
                .contains("not sandboxed"));
    }
}
