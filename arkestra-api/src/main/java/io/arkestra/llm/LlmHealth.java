package io.arkestra.llm;

/**
 * How a backend is right now.
 *
 * @param status whether calls make sense
 * @param model the model it serves, or an empty text when it did not say
 * @param detail one sentence for people: a version, a reason, progress
 */
public record LlmHealth(Status status, String model, String detail) {
    /** Whether calls make sense. New values may be added: a {@code switch} over them needs a default branch. */
    public enum Status {
        READY,
        /** It is coming up; try again soon. */
        LOADING,
        /** It has let go of the model to save memory; the next call wakes it. */
        SLEEPING,
        DOWN
    }

    public static LlmHealth ready(String model) {
        return new LlmHealth(Status.READY, model, "ready");
    }

    /** @param progress what it is doing, for example how much of the model is read */
    public static LlmHealth loading(String model, String progress) {
        return new LlmHealth(Status.LOADING, model, progress);
    }

    /** @param reason why calls make no sense */
    public static LlmHealth down(String reason) {
        return new LlmHealth(Status.DOWN, "", reason);
    }
}
