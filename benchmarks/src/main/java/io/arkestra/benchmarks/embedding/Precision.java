package io.arkestra.benchmarks.embedding;

/** Of the weights. */
public enum Precision {
    INT8("all-minilm-l6-v2-q"),
    FP32("all-minilm-l6-v2");

    private final String model;

    Precision(String model) {
        this.model = model;
    }

    /** Our name of MiniLM in this precision, which is that of its files as well. */
    String model() {
        return model;
    }
}
