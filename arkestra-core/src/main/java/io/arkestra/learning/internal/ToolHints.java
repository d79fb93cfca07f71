package io.arkestra.learning.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What is done with the junior's hints at tools when they are passed on. None of them changes which tools there are: those are the policy's,
 * and stay as they are in the prompt.
 */
public enum ToolHints {
    /** Passed on as they are. */
    AS_IS,
    /** Kept back: the senior looks by itself. */
    SILENT,
    /** Passed on with the wish to use one of them if it fits. */
    URGED;

    public static final String SUBJECT = "toolHints";

    /** The name of the arm. */
    public String arm() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The strategy of an arm; as they are for any other name. */
    public static ToolHints of(String arm) {
        return Arrays.stream(values())
                .filter(hints -> hints.arm().equals(arm))
                .findFirst()
                .orElse(AS_IS);
    }

    static List<String> arms() {
        return Arrays.stream(values()).map(ToolHints::arm).toList();
    }
}
