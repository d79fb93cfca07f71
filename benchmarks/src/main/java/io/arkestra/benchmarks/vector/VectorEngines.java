package io.arkestra.benchmarks.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The engines by their short names. */
final class VectorEngines {
    private static final String PROVIDER = "jvector.vectorization_provider";
    private static final int PANAMA_SINCE = 20;

    private VectorEngines() {}

    /** Those of the names that work on this JDK. */
    static List<VectorEngine> named(Set<String> names) {
        settleJVector();
        List<VectorEngine> engines = new ArrayList<>();
        for (String name : names) {
            switch (name) {
                case "scan" -> engines.add(new ArkestraScan(false));
                case "exact" -> engines.add(new ArkestraScan(true));
                case "int8" -> engines.add(new ArkestraGraph(false));
                case "bit" -> engines.add(new ArkestraGraph(true));
                case "jvector" -> engines.add(new JVectorEngine());
                case "walk" -> engines.add(new JVectorOnOurGraph());
                case "lucene" -> engines.add(new LuceneEngine());
                case "lucene10" ->
                    NewerLucene.open()
                            .ifPresentOrElse(
                                    engines::add,
                                    () -> System.out.println(
                                            "left out: the newer Lucene (no jar, or the JDK is too old)"));
                case "hnswlib" -> engines.add(new HnswlibEngine());
                case "langchain4j" -> engines.add(new LangChain4jStore());
                default -> throw new IllegalArgumentException("Unknown engine " + name);
            }
        }
        return engines;
    }

    /** Its native code is no faster here, and leaves a library in the temporary directory. */
    private static void settleJVector() {
        boolean panama = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
                && Runtime.version().feature() >= PANAMA_SINCE;
        System.setProperty(PROVIDER, System.getProperty(PROVIDER, panama ? "panama" : "default"));
    }
}
