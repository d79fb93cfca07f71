package io.arkestra.benchmarks.evaluate;

import io.arkestra.common.Json;
import io.arkestra.guard.GuardContext;
import io.arkestra.guard.GuardFinding;
import io.arkestra.guard.internal.Action;
import io.arkestra.guard.internal.Channel;
import io.arkestra.guard.internal.GuardSettings;
import io.arkestra.guard.internal.PatternGuard;
import io.arkestra.guard.profanity.internal.Level;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Measures what the guard finds, set by set and type by type. */
final class GuardTask {

    private static final String PRODUCT = "arkestra";
    private static final String BASELINE = "naive";
    private static final long SPEED_NANOS = 1_000_000_000L;
    private static final String COUNTING =
            "precision and recall: a find is right when it overlaps a labelled range of its type;"
                    + " leak: share of labelled ranges with a character in no find of any type; sets of secrets and profanity: per text;"
                    + " falsePositiveRate: share of the texts without any label that have a find; every type masked, profanity at the level all;"
                    + " names of people and places, dates, ages, streets and addresses of the web are not judged;"
                    + " mbPerSecond: UTF-8, one thread, over the set's own short texts";

    private final Arguments arguments;
    private final PrintStream out;

    GuardTask(Arguments arguments, PrintStream out) {
        this.arguments = arguments;
        this.out = out;
    }

    /** Runs it and returns what it also prints and writes. */
    Json run() {
        List<GuardRows> sets = GuardRows.load(arguments.data());
        PatternGuard guard = new PatternGuard(everything());
        GuardContext context = GuardContext.of(GuardContext.Direction.TO_USER);
        Map<String, Function<String, List<GuardFinding>>> systems = new LinkedHashMap<>();
        systems.put(PRODUCT, text -> guard.inspect(text, context).findings());
        NaiveGuard naive = new NaiveGuard();
        if (arguments.baselines()) {
            systems.put(BASELINE, naive::find);
        }
        out.printf(
                "guard on %s%n%s%n%s, JDK %s%n",
                arguments.data().toAbsolutePath().getFileName(), COUNTING, Evaluate.machine(), Runtime.version());
        Map<String, Json.ObjectBuilder> reports = new LinkedHashMap<>();
        Json.ObjectBuilder byCategory = Json.object();
        for (GuardRows set : sets) {
            Json.ObjectBuilder category = Json.object();
            systems.forEach((name, system) -> {
                GuardScore score = score(set, system);
                double speed = speed(set, system);
                print(set, name, score, speed);
                Json report = report(score, speed);
                category.put(name, report);
                Json.ObjectBuilder whole = reports.computeIfAbsent(name, key -> Json.object());
                String prefix = sets.size() == 1 ? "" : set.name() + "/";
                report.members().forEach((type, line) -> whole.put(prefix + type, line));
            });
            byCategory.put(set.name(), category.build());
        }
        Json.ObjectBuilder all = Json.object();
        reports.forEach((name, report) -> all.put(name, report.build()));
        Json report = Json.object()
                .put("task", "guard")
                .put("data", arguments.data().toAbsolutePath().getFileName().toString())
                .put("machine", Evaluate.machine())
                .put("jdk", Runtime.version().toString())
                .put("counting", COUNTING)
                .put("systems", all.build())
                .put("byCategory", byCategory.build())
                .build();
        arguments.json().ifPresent(file -> write(file, report));
        return report;
    }

    private static GuardSettings everything() {
        GuardSettings settings = GuardSettings.defaults().withProfanity(Level.ALL);
        for (String family :
                List.of(GuardSettings.PII, GuardSettings.SECRET, GuardSettings.PROFANITY, GuardSettings.URL)) {
            settings = settings.with(Channel.TO_OTHERS, family, Action.MASK);
        }
        return settings;
    }

    private static GuardScore score(GuardRows set, Function<String, List<GuardFinding>> system) {
        GuardScore score = new GuardScore();
        set.rows().forEach(row -> score.add(row, system.apply(row.text())));
        return score;
    }

    /** Megabytes per second, after the run that counted has warmed things up. */
    private static double speed(GuardRows set, Function<String, List<GuardFinding>> system) {
        long bytes = 0;
        long start = System.nanoTime();
        do {
            for (GuardRows.Row row : set.rows()) {
                system.apply(row.text());
                bytes += row.text().getBytes(StandardCharsets.UTF_8).length;
            }
        } while (System.nanoTime() - start < SPEED_NANOS);
        return bytes * 1e3 / (System.nanoTime() - start);
    }

    private static Json report(GuardScore score, double speed) {
        Json.ObjectBuilder report = Json.object();
        report.put("overall", score.overall().json().with("mbPerSecond", Json.of(Figures.rounded(speed))));
        score.types().forEach((type, line) -> report.put(type, line.json()));
        if (score.groups().size() > 1) {
            score.groups().forEach((group, line) -> report.put(group, line.json()));
        }
        return report.build();
    }

    private void print(GuardRows set, String system, GuardScore score, double speed) {
        out.printf(
                Locale.ROOT,
                "%n%s: %s, %d texts, %.1f MB/s%n",
                set.name(),
                system,
                set.rows().size(),
                speed);
        out.printf("%-44s %6s %9s %8s %8s %8s %8s%n", "", "n", "precision", "recall", "F1", "leak", "FPR");
        score.types().forEach(this::row);
        if (score.groups().size() > 1) {
            score.groups().forEach(this::row);
        }
        row("overall", score.overall());
    }

    private void row(String name, GuardScore.Line line) {
        String rate = line.negatives == 0
                ? ""
                : String.format(Locale.ROOT, "%8.3f (%d)", line.falsePositiveRate(), line.negatives);
        out.printf(
                Locale.ROOT,
                "%-44s %6d %9.3f %8.3f %8.3f %8.3f %s%n",
                name,
                line.gold,
                line.precision(),
                line.recall(),
                line.f1(),
                line.leak(),
                rate);
    }

    private static void write(Path file, Json report) {
        try {
            Files.writeString(file, report + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
        }
    }
}
