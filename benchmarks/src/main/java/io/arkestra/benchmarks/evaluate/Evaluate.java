package io.arkestra.benchmarks.evaluate;

import io.arkestra.common.ArkestraException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Starts an evaluation. Exit code 2: the arguments or the data cannot be used. */
public final class Evaluate {
    private Evaluate() {}

    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try {
            if (Simulation.knows(args)) {
                Simulation.run(out, args);
                return;
            }
            Arguments arguments = Arguments.parse(args);
            switch (arguments.task()) {
                case "fit" -> new FitTask(arguments, out).run();
                case "policy" -> new PolicyTask(arguments, out).run();
                case "guard" -> new GuardTask(arguments, out).run();
                default -> new RecallTask(arguments, out).run();
            }
        } catch (EvaluationException | ArkestraException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    static String machine() {
        return System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", "
                + Runtime.getRuntime().availableProcessors() + " processors";
    }
}
