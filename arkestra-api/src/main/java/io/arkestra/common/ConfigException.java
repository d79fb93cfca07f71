package io.arkestra.common;

import org.jspecify.annotations.Nullable;

/** The configuration is wrong; the message names the file, line and key where they are known, and the allowed values. */
public final class ConfigException extends ArkestraException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        this(message, null);
    }

    public ConfigException(String message, @Nullable Throwable cause) {
        super("config.invalid", message, cause);
    }
}
