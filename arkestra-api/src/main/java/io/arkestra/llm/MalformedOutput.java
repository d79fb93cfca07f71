package io.arkestra.llm;

import org.jspecify.annotations.Nullable;

/** The model answered, but not in the form that was asked for, and it could not be mended. */
public final class MalformedOutput extends LlmException {
    private static final long serialVersionUID = 1L;

    private final String raw;

    /** @param raw what it wrote */
    public MalformedOutput(String message, String raw, @Nullable Throwable cause) {
        super(Reason.MALFORMED_OUTPUT, message, cause, null);
        this.raw = raw;
    }

    /** What it wrote. May hold personal data: mask it before it is logged. */
    public String raw() {
        return raw;
    }
}
