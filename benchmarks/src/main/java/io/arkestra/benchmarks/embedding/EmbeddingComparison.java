package io.arkestra.benchmarks.embedding;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Our runner of models beside LangChain4j's: time on the clock, both in one JVM, rounds in turn, the best round of each counts; the
 * vectors are compared as well. Loading is measured in processes of its own.
 *
 * <pre>embedding [texts=1000] [long=200] [pairs=50] [rounds=4] [parts=int8,fp32,single,rerank,load]</pre>
 */
public final class EmbeddingComparison {
    private static final int LONGEST = 128;

    private interface Work {
        void run();
    }

    private final int rounds;

    private EmbeddingComparison(int rounds) {
        this.rounds = rounds;
    }

    public static void main(String[] args) throws Exception {
        int texts = Integer.parseInt(option(args, "texts", "1000"));
        int longer = Integer.parseInt(option(args, "long", "200"));
        int pairs = Integer.parseInt(option(args, "pairs", "50"));
        Set<String> parts =
                Set.of(option(args, "parts", "int8,fp32,single,rerank,load").split(","));
        EmbeddingComparison comparison = new EmbeddingComparison(Integer.parseInt(option(args, "rounds", "4")));
        System.out.printf(
                Locale.ROOT,
                "MiniLM; JDK %s; %d processors, load %.1f; milliseconds on the clock, best of %d rounds in turn%n",
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                comparison.rounds);
        for (Precision precision : Precision.values()) {
            String name = precision.name().toLowerCase(Locale.ROOT);
            if (parts.contains(name)) {
                comparison.embed(precision, texts, longer, parts.contains("single"));
            }
            if (parts.contains("rerank")) {
                comparison.rerank(precision, pairs);
            }
            if (parts.contains("load")) {
                comparison.load(precision);
            }
        }
    }

    private void embed(Precision precision, int texts, int longer, boolean single) {
        String name = precision.name().toLowerCase(Locale.ROOT);
        try (Engine.TextEncoder ours = Engine.ARKESTRA.encoder(precision);
                Engine.TextEncoder theirs = Engine.LANGCHAIN4J.encoder(precision)) {
            embed(name + ", " + texts + " × 15 tokens", ours, theirs, Texts.of(texts, 15, 15));
            embed(name + ", " + longer + " × " + LONGEST + " tokens", ours, theirs, Texts.of(longer, LONGEST, LONGEST));
            embed(
                    name + ", " + 2 * longer + " × 5 to " + LONGEST + " tokens",
                    ours,
                    theirs,
                    Texts.of(2 * longer, 5, LONGEST));
            if (single) {
                single(name, ours, theirs, Texts.of(texts, 15, 15));
            }
        }
    }

    private void embed(String title, Engine.TextEncoder ours, Engine.TextEncoder theirs, List<String> texts) {
        double least = 1;
        List<float[]> expected = theirs.embed(texts);
        List<float[]> made = ours.embed(texts);
        for (int i = 0; i < texts.size(); i++) {
            least = Math.min(least, cosine(expected.get(i), made.get(i)));
        }
        Rounds taken = inTurn(() -> ours.embed(texts), () -> theirs.embed(texts));
        print(title, taken, String.format(Locale.ROOT, "least cosine %.6f", least));
    }

    /** One text a call, as a question of a user is embedded. */
    private void single(String name, Engine.TextEncoder ours, Engine.TextEncoder theirs, List<String> texts) {
        double[] middle = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
        double[] worst = middle.clone();
        for (int round = 0; round < rounds; round++) {
            for (int engine = 0; engine < 2; engine++) {
                Engine.TextEncoder encoder = engine == 0 ? ours : theirs;
                double[] millis = new double[texts.size()];
                for (int i = 0; i < millis.length; i++) {
                    List<String> one = List.of(texts.get(i));
                    long start = System.nanoTime();
                    encoder.embed(one);
                    millis[i] = (System.nanoTime() - start) / 1e6;
                }
                Arrays.sort(millis);
                middle[engine] = Math.min(middle[engine], millis[millis.length / 2]);
                worst[engine] = Math.min(worst[engine], millis[millis.length - 1 - millis.length / 100]);
            }
        }
        print(name + ", one text a call, p50", middle[0], middle[1], "");
        print(name + ", one text a call, p99", worst[0], worst[1], "");
    }

    private void rerank(Precision precision, int pairs) throws Exception {
        List<String> texts = Texts.of(pairs, RerankBenchmark.LEAST, RerankBenchmark.MOST);
        try (PairModel files = PairModel.create(precision);
                Engine.PairScorer ours = Engine.ARKESTRA.scorer(files);
                Engine.PairScorer theirs = Engine.LANGCHAIN4J.scorer(files)) {
            double[] made = ours.scores(RerankBenchmark.QUERY, texts);
            double[] expected = theirs.scores(RerankBenchmark.QUERY, texts);
            double most = 0;
            for (int i = 0; i < made.length; i++) {
                most = Math.max(most, Math.abs(made[i] - expected[i]));
            }
            Rounds taken = inTurn(
                    () -> ours.scores(RerankBenchmark.QUERY, texts), () -> theirs.scores(RerankBenchmark.QUERY, texts));
            print(
                    precision.name().toLowerCase(Locale.ROOT) + ", cross-encoder, " + pairs + " pairs",
                    taken,
                    String.format(Locale.ROOT, "scores differ by up to %.5f", most));
        }
    }

    private void load(Precision precision) throws Exception {
        double[] millis = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
        double[] megabytes = millis.clone();
        for (int round = 0; round < rounds; round++) {
            for (int engine = 0; engine < 2; engine++) {
                LoadProbe.Load load = LoadProbe.run(Engine.values()[engine], precision);
                millis[engine] = Math.min(millis[engine], load.millis());
                megabytes[engine] = Math.min(megabytes[engine], load.megabytes());
            }
        }
        print(
                precision.name().toLowerCase(Locale.ROOT) + ", load to the first vector",
                millis[0],
                millis[1],
                String.format(Locale.ROOT, "resident %.0f and %.0f MB", megabytes[0], megabytes[1]));
    }

    /**
     * What a round of each takes at best.
     *
     * @param millis on the clock
     * @param cpu milliseconds of processor time of the whole process
     */
    private record Rounds(double[] millis, double[] cpu) {}

    private Rounds inTurn(Work ours, Work theirs) {
        double[] millis = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
        double[] cpu = millis.clone();
        for (int round = 0; round < rounds; round++) {
            for (int engine = 0; engine < 2; engine++) {
                long cpuBefore = processCpu();
                long start = System.nanoTime();
                (engine == 0 ? ours : theirs).run();
                millis[engine] = Math.min(millis[engine], (System.nanoTime() - start) / 1e6);
                cpu[engine] = Math.min(cpu[engine], (processCpu() - cpuBefore) / 1e6);
            }
        }
        return new Rounds(millis, cpu);
    }

    private static long processCpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static void print(String title, Rounds rounds, String note) {
        String cpu = String.format(
                Locale.ROOT,
                "processor time %.0f and %.0f, ratio %.2f; ",
                rounds.cpu()[0],
                rounds.cpu()[1],
                rounds.cpu()[1] / rounds.cpu()[0]);
        print(title, rounds.millis()[0], rounds.millis()[1], cpu + note);
    }

    private static void print(String title, double ours, double theirs, String note) {
        System.out.printf(
                Locale.ROOT,
                "%-36s | Arkestra %9.2f | LangChain4j %9.2f | ratio %5.2f | %s%n",
                title,
                ours,
                theirs,
                theirs / ours,
                note);
    }

    private static double cosine(float[] a, float[] b) {
        double product = 0;
        double aSquares = 0;
        double bSquares = 0;
        for (int i = 0; i < a.length; i++) {
            product += (double) a[i] * b[i];
            aSquares += (double) a[i] * a[i];
            bSquares += (double) b[i] * b[i];
        }
        return product / Math.sqrt(aSquares * bSquares);
    }

    private static String option(String[] args, String name, String otherwise) {
        return Arrays.stream(args)
                .filter(arg -> arg.startsWith(name + "="))
                .map(arg -> arg.substring(name.length() + 1))
                .findFirst()
                .orElse(otherwise);
    }
}
