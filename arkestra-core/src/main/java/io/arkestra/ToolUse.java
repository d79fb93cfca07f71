package io.arkestra;

/**
 * A tool call that a reply rests on.
 *
 * @param tool name of the tool
 * @param status {@code ok}, or the code of the error
 */
public record ToolUse(String tool, String status) {}
