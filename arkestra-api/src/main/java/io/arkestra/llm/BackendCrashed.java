package io.arkestra.llm;

import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The process that runs the model has died. The next call starts another one, unless it died too often. */
public final class BackendCrashed extends LlmException {
    private static final long serialVersionUID = 1L;

    private final @Nullable Integer exitCode;
    private final List<String> logTail;

    /**
     * @param exitCode of the process; null when it is not known
     * @param logTail the last lines of its log, oldest first
     */
    public BackendCrashed(String message, @Nullable Integer exitCode, List<String> logTail, @Nullable Throwable cause) {
        super(Reason.CRASHED, message, cause, null);
        this.exitCode = exitCode;
        this.logTail = List.copyOf(logTail);
    }

    public OptionalInt exitCode() {
        return exitCode == null ? OptionalInt.empty() : OptionalInt.of(exitCode);
    }

    /** The last lines that the process wrote, oldest first. May quote a prompt: mask it before it leaves the machine. */
    public List<String> logTail() {
        return logTail;
    }
}
