package io.arkestra.llm;

/**
 * A tool call as a model wrote it: nothing about it has been checked yet. Use the factory: components that later releases add
 * get their default there.
 *
 * @param id pairs the call with its result; unique within a response
 * @param name the tool's name as the model wrote it
 * @param arguments the arguments as the model wrote them, which may be malformed JSON
 */
public record LlmToolCall(String id, String name, String arguments) {
    public static LlmToolCall of(String id, String name, String arguments) {
        return new LlmToolCall(id, name, arguments);
    }
}
