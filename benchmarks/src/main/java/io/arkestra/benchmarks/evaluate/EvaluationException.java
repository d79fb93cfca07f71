package io.arkestra.benchmarks.evaluate;

/** An argument or a data set cannot be used. The message is for the person who started the run. */
final class EvaluationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EvaluationException(String message) {
        super(message);
    }
}
