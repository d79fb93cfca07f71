package io.arkestra.event;

import io.arkestra.common.InvalidInputException;
import java.util.regex.Pattern;

/**
 * What an event is about. Extensions may make their own.
 *
 * @param name lower-case words joined by dots
 */
public record Topic(String name) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*(\\.[a-z][a-z0-9-]*)*");

    public static final Topic TURN = new Topic("turn");
    public static final Topic INTENT = new Topic("intent");
    public static final Topic TOOL = new Topic("tool");
    public static final Topic POLICY = new Topic("policy");
    public static final Topic MEMORY = new Topic("memory");
    public static final Topic JOB = new Topic("job");
    public static final Topic REMINDER = new Topic("reminder");
    /** The mood towards users. */
    public static final Topic NEURO = new Topic("neuro");

    public static final Topic LLM_TOKENS = new Topic("llm.tokens");
    /** Calls of language models: figures, never text. */
    public static final Topic LLM_CALLS = new Topic("llm.calls");

    public static final Topic ERROR = new Topic("error");

    public Topic {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidInputException("Topic '" + name + "' must be lower-case words joined by dots");
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
