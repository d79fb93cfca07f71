package io.arkestra.guard.internal;

import io.arkestra.guard.GuardContext;

/** Where a text goes, as configuration names it. */
public enum Channel {
    FROM_USER("fromUser"),
    TO_OWNER("toOwner"),
    TO_OTHERS("toOthers"),
    TO_LOCAL_MODEL("toLocalModel"),
    TO_REMOTE_MODEL("toRemoteModel"),
    TO_TOOL("toTool"),
    TO_LOG("toLog"),
    TO_STORE("toStore");

    private final String key;

    Channel(String key) {
        this.key = key;
    }

    /** The key in {@code guard.yaml}. */
    public String key() {
        return key;
    }

    static Channel of(GuardContext context) {
        return switch (context.direction()) {
            case FROM_USER -> FROM_USER;
            case TO_USER -> context.recipient() == GuardContext.Recipient.OWNER ? TO_OWNER : TO_OTHERS;
            case TO_LOCAL_MODEL -> TO_LOCAL_MODEL;
            case TO_REMOTE_MODEL -> TO_REMOTE_MODEL;
            case TO_TOOL -> TO_TOOL;
            case TO_LOG -> TO_LOG;
            case TO_STORE -> TO_STORE;
        };
    }
}
