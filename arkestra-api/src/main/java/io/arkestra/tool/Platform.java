package io.arkestra.tool;

import java.util.Locale;

/** The systems that a tool may be made for. New ones may be added: a {@code switch} needs a default branch. */
public enum Platform {
    LINUX,
    MACOS,
    WINDOWS,
    OTHER;

    /** The one that this process runs on. */
    public static Platform current() {
        return of(System.getProperty("os.name", ""));
    }

    /** By the name that Java gives it, in the system property {@code os.name}. */
    public static Platform of(String osName) {
        String name = osName.toLowerCase(Locale.ROOT);
        if (name.startsWith("linux")) {
            return LINUX;
        }
        if (name.startsWith("mac") || name.startsWith("darwin")) {
            return MACOS;
        }
        return name.startsWith("windows") ? WINDOWS : OTHER;
    }
}
