package io.arkestra.llm.llamacpp;

import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.llamacpp.jni.internal.ControlTokens;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Messages in which nothing is read as a control token: llama-server makes one text of a conversation and then reads every text that is
 * spelled like a token as that token, whoever wrote it. Immutable.
 */
final class PromptTexts {
    /** The usual spelling of control tokens, for models whose vocabulary is not known: {@code <|im_end|>}, also with DeepSeek's wide bars. */
    private static final Pattern USUAL = Pattern.compile("<(?=[|\uFF5C][^<>\\s]{0,60}>|[^<>\\s]{1,60}[|\uFF5C]>)");

    /** What models in wide use have besides. */
    private static final List<String> KNOWN = List.of(
            "<s>",
            "</s>",
            "<bos>",
            "<eos>",
            "<start_of_turn>",
            "<end_of_turn>",
            "[INST]",
            "[/INST]",
            "[gMASK]",
            "<sop>");

    private final ControlTokens tokens;
    private final ControlTokens known = new ControlTokens(KNOWN);

    /** @param tokens of this model, as far as they are known */
    PromptTexts(Collection<String> tokens) {
        this.tokens = new ControlTokens(List.copyOf(tokens));
    }

    List<LlmMessage> disarmed(List<LlmMessage> messages) {
        return messages.stream().map(this::disarmed).toList();
    }

    private LlmMessage disarmed(LlmMessage message) {
        String text = message.rendered();
        String plain = disarmed(text);
        List<LlmToolCall> calls = message.toolCalls().stream()
                .map(call -> LlmToolCall.of(call.id(), call.name(), disarmed(call.arguments())))
                .toList();
        if (plain.equals(text) && calls.equals(message.toolCalls())) {
            return message;
        }
        return switch (message.role()) {
            case SYSTEM -> LlmMessage.system(plain);
            case USER -> LlmMessage.user(plain);
            case ASSISTANT -> LlmMessage.assistant(plain, calls);
            case TOOL -> LlmMessage.tool(message.toolCallId().orElse(""), plain);
        };
    }

    private String disarmed(String text) {
        return USUAL.matcher(tokens.disarmed(known.disarmed(text))).replaceAll("<" + ControlTokens.ZERO_WIDTH_SPACE);
    }
}
