package io.arkestra.llm.llamacpp.jni.internal;

import java.util.List;

/**
 * Takes the power from texts that are spelled like a control token of the model, such as the end of a message: the prompt is one text, and
 * native code reads them as tokens wherever they stand. Immutable.
 */
public final class ControlTokens {
    /** Cannot be seen, and no token holds it after its first character. */
    public static final char ZERO_WIDTH_SPACE = '\u200B';

    private final List<String> tokens;

    public ControlTokens(List<String> tokens) {
        this.tokens = tokens.stream().filter(token -> token.length() > 1).toList();
    }

    /** The text with a character that cannot be seen inside whatever would be read as a control token. */
    public String disarmed(String text) {
        String disarmed = text;
        for (String token : tokens) {
            if (disarmed.contains(token)) {
                int first = Character.charCount(token.codePointAt(0));
                if (first < token.length()) {
                    disarmed = disarmed.replace(
                            token, token.substring(0, first) + ZERO_WIDTH_SPACE + token.substring(first));
                }
            }
        }
        return disarmed;
    }
}
