package io.arkestra.benchmarks.evaluate;

import io.arkestra.common.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tasks that need no data: they let the product's own mood and bandit run in a world with fixed seeds, print what came of it and draw it.
 */
final class Simulation {
    static final String USAGE = """
            evaluate neuro  [--json FILE] [--svg DIR]
            evaluate bandit [--json FILE] [--svg DIR]

            Both run in a simulated world: --data is accepted, as for other tasks, and not read. The pictures go beside the JSON unless --svg names a directory, else into target/evaluation.
            """;

    private static final List<String> TASKS = List.of("neuro", "bandit");
    private static final List<String> OPTIONS = List.of("--json", "--svg", "--data");

    /**
     * What came of a run.
     *
     * @param report the figures
     * @param charts by name of the file without its ending
     * @param lines for people
     */
    record Result(Json report, Map<String, SvgChart> charts, List<String> lines) {}

    private Simulation() {}

    static boolean knows(String... args) {
        return args.length > 0 && TASKS.contains(args[0]);
    }

    /** Runs the task that the arguments name, and returns what it also writes. */
    static Json run(PrintStream out, String... args) {
        Map<String, String> options = options(args);
        Result result = args[0].equals("neuro") ? new NeuroTask().run() : new BanditTask().run();
        Json report = Json.object()
                .put("task", args[0])
                .put("data", "simulation")
                .put("machine", Evaluate.machine())
                .put("jdk", Runtime.version().toString())
                .put("counting", result.report().text("counting"))
                .put(
                        "systems",
                        Json.object()
                                .put("arkestra", result.report().without("counting"))
                                .build())
                .build();
        result.lines().forEach(out::println);
        Optional<Path> json = Optional.ofNullable(options.get("--json")).map(Path::of);
        Path directory = Optional.ofNullable(options.get("--svg"))
                .map(Path::of)
                .or(() -> json.map(file -> Optional.ofNullable(file.getParent()).orElse(Path.of("."))))
                .orElse(Path.of("target", "evaluation"));
        result.charts().forEach((name, chart) -> {
            Path file = directory.resolve(name + ".svg");
            chart.write(file);
            out.println("drawn: " + file);
        });
        json.ifPresent(file -> write(file, report));
        return report;
    }

    private static Map<String, String> options(String... args) {
        Map<String, String> options = new HashMap<>();
        for (int i = 1; i < args.length; i += 2) {
            if (!OPTIONS.contains(args[i])) {
                throw new EvaluationException("There is no option '" + args[i] + "'\n" + USAGE);
            }
            if (i + 1 == args.length) {
                throw new EvaluationException(args[i] + " has no value\n" + USAGE);
            }
            options.put(args[i], args[i + 1]);
        }
        return options;
    }

    private static void write(Path file, Json report) {
        try {
            Files.writeString(file, report.pretty() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("The report could not be written to " + file, e);
        }
    }
}
