package io.arkestra.llm;

/**
 * A tool call as a model wrote it: nothing about it has been checked yet.
 *
 * @param id pairs the call with its result; unique within a response
 * @param name the tool's name as the model wrote it
 * @param arguments the arguments as the model wrote them, which may be malformed JSON
 */
public record LlmToolCall(String id, String name, String arguments) {}
