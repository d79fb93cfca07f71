package io.arkestra;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Processes that run a main class of the tests, to be killed. */
public final class ChildJava {
    private ChildJava() {}

    /** Starts one. What it prints as errors is printed here, and of its log only errors. */
    public static Process start(Class<?> main, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Kills one as soon as it has printed a line, and returns that line; null when it ended before. */
    static String killedAfterLine(Class<?> main, Object... arguments) throws IOException {
        Process process = start(main, arguments);
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String line = out.readLine();
            process.toHandle().destroyForcibly();
            return line;
        } finally {
            process.destroyForcibly().onExit().join();
        }
    }
}
