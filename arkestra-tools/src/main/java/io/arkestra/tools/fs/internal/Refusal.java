package io.arkestra.tools.fs.internal;

import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolException.Reason;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/** What a model is told when something is not done. */
public final class Refusal {
    private Refusal() {}

    public static ToolException invalid(String message) {
        return new ToolException(Reason.INVALID_ARGUMENTS, message);
    }

    public static ToolException missing(String message) {
        return new ToolException(Reason.NOT_FOUND, message);
    }

    static ToolException conflict(String message) {
        return new ToolException(Reason.CONFLICT, message);
    }

    public static ToolException failed(String message) {
        return new ToolException(Reason.FAILED, message);
    }

    /** @param what what was tried, as the beginning of a sentence */
    public static ToolException of(String what, IOException cause) {
        String detail = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        if (cause instanceof NoSuchFileException) {
            return new ToolException(Reason.NOT_FOUND, what + ": it is not there (any more)", cause);
        }
        if (cause instanceof FileAlreadyExistsException || cause instanceof DirectoryNotEmptyException) {
            return new ToolException(Reason.CONFLICT, what + ": something is there already", cause);
        }
        if (cause instanceof AccessDeniedException) {
            return new ToolException(Reason.FAILED, what + ": the system does not permit it", cause);
        }
        if (detail.contains("no space left")
                || detail.contains("quota exceeded")
                || detail.contains("not enough space")) {
            return new ToolException(Reason.FAILED, what + ": the disk is full; nothing was changed", cause);
        }
        if (detail.contains("file too large")) {
            return new ToolException(
                    Reason.FAILED, what + ": a file may not be that long on this system; nothing was changed", cause);
        }
        return new ToolException(
                Reason.FAILED, what + " failed: " + cause.getClass().getSimpleName(), cause);
    }
}
