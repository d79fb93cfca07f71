package io.arkestra.llm;

import io.arkestra.common.Json;

/**
 * A part of a message. Open for kinds that later releases add (pictures, sound); a client refuses what it cannot carry.
 */
public interface LlmContent {
    /** The part as a model without a notion of parts reads it. */
    String rendered();

    /**
     * Plain text.
     *
     * @param value the text
     */
    record Text(String value) implements LlmContent {
        @Override
        public String rendered() {
            return value;
        }
    }

    /**
     * Structured data that the engine hands to the model, such as recalled passages. A language model reads it as JSON between tags
     * that carry its name; rule-based clients read the value itself. No text within the value can end the block: {@code </} is
     * written as {@code <\/}, which JSON reads as the same.
     *
     * @param name lower-case name of the block, for example {@code recall}
     * @param value the data
     */
    record Data(String name, Json value) implements LlmContent {
        @Override
        public String rendered() {
            return "<" + name + ">\n" + value.toString().replace("</", "<\\/") + "\n</" + name + ">";
        }
    }
}
