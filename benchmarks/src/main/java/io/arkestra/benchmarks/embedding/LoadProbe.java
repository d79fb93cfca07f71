package io.arkestra.benchmarks.embedding;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** A process that loads a model, embeds one text and says how long that took and what the process takes then. */
final class LoadProbe {
    private static final String MARK = "probe ";

    private LoadProbe() {}

    /**
     * @param millis from the beginning of {@code main} to the first vector
     * @param megabytes resident set of the process after it; -1 where the system does not tell
     */
    record Load(double millis, double megabytes) {}

    static Load run(Engine engine, Precision precision) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms64m",
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        LoadProbe.class.getName(),
                        engine.name(),
                        precision.name())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = out.lines()
                    .filter(one -> one.startsWith(MARK))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("Loading " + engine + " " + precision + " failed"));
            String[] parts = line.split(" ");
            return new Load(Double.parseDouble(parts[1]), Double.parseDouble(parts[2]));
        } finally {
            process.waitFor();
        }
    }

    public static void main(String[] args) throws IOException {
        long start = System.nanoTime();
        try (Engine.TextEncoder encoder = Engine.valueOf(args[0]).encoder(Precision.valueOf(args[1]))) {
            encoder.embed(List.of("a cat walks under the tree"));
            double millis = (System.nanoTime() - start) / 1e6;
            System.out.println(MARK + millis + " " + resident().orElse(-1) / 1024.0);
        }
    }

    /** In kilobytes. */
    private static OptionalLong resident() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return OptionalLong.empty();
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst();
    }
}
