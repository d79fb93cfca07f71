package io.arkestra.memory.recall.internal;

import java.util.Arrays;
import java.util.List;

/** What the score of a passage is made of: each feature times its weight. Cosines are z-scores over the user's texts, divided by 5. */
enum Feature {
    /** Cosine of the passage, with what was said before it, and the question. */
    DENSE("dense"),
    /** The same of the next message. */
    DENSE_NEXT("denseNext"),
    /** The same of the previous message. */
    DENSE_PREVIOUS("densePrevious"),
    /** Cosine of hashed letters, for texts that the model does not understand. */
    LETTERS("letters"),
    /** BM25 of the passage's own words, divided by the best of the search. */
    SHARP("sharp"),
    /** BM25 of the passage with its neighbours and its date, divided by the best of the search. */
    WINDOW("window"),
    /** Whether the question names the speaker. */
    SPEAKER("speaker"),
    /** Whether the passage is itself a question. */
    QUESTION("question"),
    /** {@code ln(1 + words) / 4}. */
    LENGTH("length"),
    /** Mean of the best three window scores of the session. */
    SESSION("session"),
    /** A question for a time, and a passage that has one. */
    TIME("time"),
    /** A question for a number, and a passage that has one. */
    NUMBER("number"),
    /** Whether it is a fact about just what the question asks for, in whatever words and language. */
    ASKED("asked"),
    /** How late it was said among the candidates, 0 to 1; 0 unless the question asks how things are now. */
    RECENCY("recency"),
    /** How important a memory is, and whether it is pinned; 0 for messages. */
    QUALITY("quality"),
    /** Whether somebody or something close to what the question names comes up in it. */
    GRAPH("graph"),
    /** Whether newer facts have replaced what it says; 0 when the question asks for the past. */
    STALE("stale"),
    /** Whether newer facts have replaced what it says, when the question asks for just that. */
    FORMER("former"),
    /** Whether it was said in the time that the question names. */
    IN_RANGE("inRange"),
    /** Whether it is a fact, a note or a summary. */
    MEMORY("memory"),
    /** Whether the assistant said it. */
    ASSISTANT("assistant");

    private final String label;

    Feature(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    static List<String> labels() {
        return Arrays.stream(values()).map(Feature::label).toList();
    }
}
