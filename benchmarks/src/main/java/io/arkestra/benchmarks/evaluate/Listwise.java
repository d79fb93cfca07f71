package io.arkestra.benchmarks.evaluate;

import java.util.ArrayList;
import java.util.List;

/** Learns linear weights by Adam on the mean negative logarithm of the softmax of what is relevant (ListNet with one relevant set). */
final class Listwise {
    private static final int STEPS = 250;
    private static final double RATE = 0.1;
    private static final double DECAY = 2e-4;

    private Listwise() {}

    static double score(FitTask.Row row, List<String> names, double[] weights) {
        double score = 0;
        for (int i = 0; i < weights.length; i++) {
            score += weights[i] * row.features().getOrDefault(names.get(i), 0.0);
        }
        return score;
    }

    static double[] fit(List<FitTask.Pool> pools, List<String> names) {
        int size = names.size();
        List<double[][]> inputs = new ArrayList<>();
        List<boolean[]> targets = new ArrayList<>();
        for (FitTask.Pool pool : pools) {
            if (pool.rows().stream().noneMatch(FitTask.Row::relevant)) {
                continue;
            }
            double[][] rows = new double[pool.rows().size()][size];
            boolean[] relevant = new boolean[rows.length];
            for (int r = 0; r < rows.length; r++) {
                FitTask.Row row = pool.rows().get(r);
                relevant[r] = row.relevant();
                for (int i = 0; i < size; i++) {
                    rows[r][i] = row.features().getOrDefault(names.get(i), 0.0);
                }
            }
            inputs.add(rows);
            targets.add(relevant);
        }
        double[] weights = new double[size];
        double[] mean = new double[size];
        double[] square = new double[size];
        for (int step = 1; step <= STEPS; step++) {
            double[] gradient = new double[size];
            for (int q = 0; q < inputs.size(); q++) {
                add(gradient, inputs.get(q), targets.get(q), weights);
            }
            double rate = RATE * (1 - (step - 1.0) / STEPS);
            for (int i = 0; i < size; i++) {
                double g = gradient[i] / Math.max(1, inputs.size()) + DECAY * weights[i];
                mean[i] = 0.9 * mean[i] + 0.1 * g;
                square[i] = 0.999 * square[i] + 0.001 * g * g;
                double m = mean[i] / (1 - Math.pow(0.9, step));
                double v = square[i] / (1 - Math.pow(0.999, step));
                weights[i] -= rate * m / (Math.sqrt(v) + 1e-8);
            }
        }
        return weights;
    }

    private static void add(double[] gradient, double[][] rows, boolean[] relevant, double[] weights) {
        double[] scores = new double[rows.length];
        double best = Double.NEGATIVE_INFINITY;
        int gold = 0;
        for (int r = 0; r < rows.length; r++) {
            for (int i = 0; i < weights.length; i++) {
                scores[r] += weights[i] * rows[r][i];
            }
            best = Math.max(best, scores[r]);
            gold += relevant[r] ? 1 : 0;
        }
        double sum = 0;
        for (int r = 0; r < rows.length; r++) {
            scores[r] = Math.exp(scores[r] - best);
            sum += scores[r];
        }
        for (int r = 0; r < rows.length; r++) {
            double pull = scores[r] / sum - (relevant[r] ? 1.0 / gold : 0);
            for (int i = 0; i < weights.length; i++) {
                gradient[i] += pull * rows[r][i];
            }
        }
    }
}
