package io.arkestra.benchmarks.vector;

import io.arkestra.vector.search.internal.Codebook;
import io.arkestra.vector.search.internal.HeapRows;
import io.arkestra.vector.search.internal.OneBitCodes;
import io.arkestra.vector.search.internal.VectorKernels;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * One table: queries a second of processor time of the calling thread at equal recall, engine beside engine in one JVM, rounds in turn,
 * the best round counts. What else the machine does changes the figures, less so their ratios.
 *
 * <pre>vectors [rows=19000] [rounds=3] [queries=500] [engines=scan,int8,bit,walk,jvector,lucene,lucene10,hnswlib,langchain4j,exact]</pre>
 */
public final class VectorComparison {
    private static final double[] TARGETS = {0.90, 0.95, 0.99};

    private record Row(
            VectorEngine engine, double buildMicros, long bytes, int[] efforts, double[] recalls, double[] micros) {}

    private VectorComparison() {}

    public static void main(String[] args) throws Exception {
        int rows = Integer.parseInt(option(args, "rows", Integer.toString(VectorData.REAL)));
        int rounds = Integer.parseInt(option(args, "rounds", "3"));
        int count = Integer.parseInt(option(args, "queries", "500"));
        Set<String> chosen = new TreeSet<>(
                List.of(option(args, "engines", "scan,int8,bit,walk,jvector,lucene,lucene10,hnswlib,langchain4j,exact")
                        .split(",")));
        VectorData data = VectorData.real(rows);
        data = new VectorData(
                data.description(), data.base(), Arrays.copyOf(data.queries(), Math.min(count, data.queries().length)));
        EqualRecall equal = new EqualRecall(data);
        System.out.printf(
                "%s; %d queries; JDK %s; kernels: %s; %d processors, load %.1f%n",
                data.description(),
                data.queries().length,
                Runtime.version(),
                VectorKernels.best().describe(),
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        List<Row> table = new ArrayList<>();
        for (VectorEngine engine : VectorEngines.named(chosen)) {
            table.add(prepare(engine, data, equal));
        }
        for (int round = 0; round < rounds; round++) {
            for (Row row : table) {
                time(row, data.queries());
            }
        }
        print(table, data.base().length);
        if (chosen.contains("scan")) {
            inserts(data.base());
        }
        for (Row row : table) {
            row.engine().close();
        }
    }

    private static Row prepare(VectorEngine engine, VectorData data, EqualRecall equal) throws Exception {
        long before = processCpu();
        engine.build(data.base());
        double build = (processCpu() - before) / 1e3 / data.base().length;
        int[] efforts = new int[TARGETS.length];
        double[] recalls = new double[TARGETS.length];
        double[] micros = new double[TARGETS.length];
        Arrays.fill(micros, Double.POSITIVE_INFINITY);
        for (int t = 0; t < TARGETS.length; t++) {
            OptionalInt effort = equal.effort(engine, TARGETS[t]);
            efforts[t] = effort.orElse(-1);
            recalls[t] = effort.isPresent() ? equal.recall(engine, efforts[t]) : 0;
        }
        System.out.println("ready: " + engine.name());
        return new Row(engine, build, engine.bytes(), efforts, recalls, micros);
    }

    private static void time(Row row, float[][] queries) throws Exception {
        for (int t = 0; t < TARGETS.length; t++) {
            int effort = row.efforts()[t];
            if (t > 0 && effort == row.efforts()[t - 1]) {
                row.micros()[t] = row.micros()[t - 1]; // Exact engines have one effort, and are the slow ones.
            } else if (effort >= 0) {
                row.micros()[t] = Math.min(row.micros()[t], micros(row.engine(), queries, effort));
            }
        }
    }

    private static double micros(VectorEngine engine, float[][] queries, int effort) throws Exception {
        long before = threadCpu();
        for (float[] query : queries) {
            engine.search(query, EqualRecall.LIMIT, effort);
        }
        return (threadCpu() - before) / 1e3 / queries.length;
    }

    /** What the index does to make a row visible, without storing it. */
    private static void inserts(float[][] vectors) {
        Codebook book = Codebook.train(Rows.of(vectors), vectors.length);
        HeapRows rows = new HeapRows(book.dimension(), VectorKernels.best());
        OneBitCodes codes = OneBitCodes.growing(book);
        long[] nanos = new long[vectors.length];
        long before = threadCpu();
        for (int i = 0; i < vectors.length; i++) {
            long start = System.nanoTime();
            rows.append(vectors[i], 0);
            codes.append(vectors[i], 0);
            nanos[i] = System.nanoTime() - start;
        }
        double mean = (threadCpu() - before) / 1e3 / vectors.length;
        Arrays.sort(nanos);
        System.out.printf(
                Locale.ROOT,
                "%ninsert: %.1f us of processor time, wall p50 %.1f us, p99 %.1f us%n",
                mean,
                nanos[nanos.length / 2] / 1e3,
                nanos[nanos.length - 1 - nanos.length / 100] / 1e3);
    }

    private static void print(List<Row> table, int rows) {
        System.out.printf("%n%-36s", "engine");
        for (double target : TARGETS) {
            System.out.printf(Locale.ROOT, " | %5s %6s %8s @%.2f", "effort", "recall", "QPS", target);
        }
        System.out.printf(" | %9s | %8s%n", "build us", "B/vector");
        for (Row row : table) {
            System.out.printf("%-36s", row.engine().name());
            for (int t = 0; t < TARGETS.length; t++) {
                if (row.efforts()[t] < 0) {
                    System.out.printf(" | %6s %6s %8s      ", "-", "-", "-");
                } else {
                    System.out.printf(
                            Locale.ROOT,
                            " | %6d %.4f %8.0f      ",
                            row.efforts()[t],
                            row.recalls()[t],
                            1e6 / row.micros()[t]);
                }
            }
            System.out.printf(Locale.ROOT, " | %9.1f | %8.0f%n", row.buildMicros(), row.bytes() / (double) rows);
        }
        for (Row rival : table) {
            for (Row row : table) {
                if (row.engine().name().startsWith("Arkestra")
                        && !rival.engine().name().startsWith("Arkestra")) {
                    System.out.printf(
                            "%-36s / %-36s", row.engine().name(), rival.engine().name());
                    for (int t = 0; t < TARGETS.length; t++) {
                        System.out.printf(
                                Locale.ROOT, "  %6.2f @%.2f", rival.micros()[t] / row.micros()[t], TARGETS[t]);
                    }
                    System.out.println();
                }
            }
        }
    }

    private static String option(String[] args, String name, String otherwise) {
        return Arrays.stream(args)
                .filter(arg -> arg.startsWith(name + "="))
                .map(arg -> arg.substring(name.length() + 1))
                .findFirst()
                .orElse(otherwise);
    }

    private static long threadCpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static long processCpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
