package io.arkestra.benchmarks.evaluate;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the person who started the run asked for.
 *
 * @param task {@code recall}, {@code fit}, {@code guard}, {@code policy} or {@code tools}
 * @param weights for {@code fit}: the file to write; for {@code recall}: a file to use instead of the shipped weights
 * @param features for {@code fit}: where to write what is fitted on, one line per candidate
 */
record Arguments(
        String task,
        Path data,
        Configuration configuration,
        Optional<Path> json,
        Optional<Path> home,
        Optional<Path> weights,
        Optional<Path> features,
        Optional<Boolean> conversation,
        boolean baselines) {

    static final String USAGE = """
            evaluate recall --data DIR [--config NAME] [--json FILE] [--home DIR] [--profile conversation|document]
                     [--weights FILE] [--reranker MANIFEST] [--no-baselines]
            evaluate fit    --data DIR --weights FILE [--config default|lexical] [--home DIR]
                     [--features FILE]
            evaluate guard  --data DIR [--json FILE] [--no-baselines]
            evaluate policy --data DIR [--json FILE] [--no-baselines]
            evaluate tools  --data DIR [--config default|lexical] [--json FILE] [--no-baselines]

            DIR has corpus.jsonl, queries.jsonl and qrels.jsonl; for guard, dev.jsonl or heldout.jsonl, or directories that
            have; for policy, tools.jsonl and tasks.jsonl, or directories agentdojo and asb that have; for tools, tools.jsonl
            and queries.jsonl. Configurations: %s.
            """.formatted(Configuration.names()) + "\n" + Simulation.USAGE;

    private static final List<String> OPTIONS =
            List.of("--data", "--config", "--json", "--home", "--profile", "--weights", "--features", "--reranker");

    static Arguments parse(String... args) {
        if (args.length == 0
                || !List.of("recall", "fit", "guard", "policy", "tools").contains(args[0])) {
            throw new EvaluationException(
                    (args.length == 0 ? "No task is named" : "There is no task '" + args[0] + "'") + "\n" + USAGE);
        }
        Map<String, String> values = new HashMap<>();
        boolean baselines = true;
        for (int i = 1; i < args.length; i++) {
            if (args[i].equals("--no-baselines")) {
                baselines = false;
            } else if (!OPTIONS.contains(args[i])) {
                throw new EvaluationException("There is no option '" + args[i] + "'\n" + USAGE);
            } else if (i + 1 == args.length) {
                throw new EvaluationException(args[i] + " has no value\n" + USAGE);
            } else {
                values.put(args[i], args[++i]);
            }
        }
        if (!values.containsKey("--data")) {
            throw new EvaluationException("--data is missing\n" + USAGE);
        }
        if (args[0].equals("fit") && !values.containsKey("--weights")) {
            throw new EvaluationException("--weights is missing: where to write what was fitted\n" + USAGE);
        }
        String profile = values.getOrDefault("--profile", "");
        if (!List.of("", "conversation", "document").contains(profile)) {
            throw new EvaluationException("--profile is '" + profile + "'; expected conversation or document");
        }
        return new Arguments(
                args[0],
                Path.of(values.getOrDefault("--data", "")),
                Configuration.named(values.getOrDefault("--config", "default")).with(path(values, "--reranker")),
                path(values, "--json"),
                path(values, "--home"),
                path(values, "--weights"),
                path(values, "--features"),
                profile.isEmpty() ? Optional.empty() : Optional.of(profile.equals("conversation")),
                baselines);
    }

    private static Optional<Path> path(Map<String, String> values, String option) {
        return Optional.ofNullable(values.get(option)).map(Path::of);
    }
}
