package io.arkestra.provenance.internal;

import io.arkestra.tool.ToolSpec;
import java.util.Set;

/** What a tool reads and changes, as far as the gates care. */
public final class Effects {
    /** First words of capabilities that read what is the user's own and nobody else's business. */
    private static final Set<String> PRIVATE = Set.of(
            "memory",
            "message",
            "messages",
            "note",
            "notes",
            "task",
            "tasks",
            "reminder",
            "reminders",
            "schedule",
            "fs",
            "file",
            "files",
            "document",
            "documents",
            "email",
            "mail",
            "calendar",
            "contact",
            "contacts",
            "profile",
            "people",
            "data",
            "git",
            "index",
            "project",
            "bank",
            "account",
            "photo",
            "photos",
            "health",
            "location",
            "clipboard",
            "screen");
    /** Last words of capabilities that take something of the user's own away. */
    private static final Set<String> TAKING = Set.of("delete", "forget", "reset", "remove", "erase");

    /** Capability of what reads untrusted words where the senior does not see them. */
    public static final String QUARANTINED = "quarantine.read";

    private Effects() {}

    /**
     * Whether it changes the world outside, or takes something of the user's own away. That it adds to the user's own notes is no such
     * effect: what it adds keeps its taint.
     */
    public static boolean changes(ToolSpec spec) {
        return switch (spec.sideEffect()) {
            case NONE -> false;
            case OWN_DATA -> takes(spec);
            default -> true;
        };
    }

    /** Whether a capability is one to take something away. */
    public static boolean takes(String capability) {
        return TAKING.contains(last(capability));
    }

    /** Whether what it is told is told to the senior in every conversation from then on. */
    public static boolean stands(ToolSpec spec) {
        return spec.capabilities().contains("profile.write");
    }

    /** Whether it takes something away, wherever that is. */
    static boolean takes(ToolSpec spec) {
        return spec.capabilities().stream().anyMatch(Effects::takes);
    }

    /** Whether something may leave by it: a request carries words out, also one that only reads. */
    public static boolean reaches(ToolSpec spec) {
        return changes(spec) || spec.networked() || spec.capabilities().contains("network");
    }

    /** Whether what it gives may be the user's private data. */
    public static boolean readsPrivate(ToolSpec spec) {
        return spec.capabilities().stream()
                .anyMatch(capability -> capability.equals("credential")
                        || capability.startsWith("credential.")
                        || capability.equals("secret")
                        || PRIVATE.contains(first(capability))
                                && (last(capability).equals("read")
                                        || last(capability).equals("search")
                                        || last(capability).equals("list")));
    }

    private static String first(String capability) {
        int dot = capability.indexOf('.');
        return dot < 0 ? capability : capability.substring(0, dot);
    }

    private static String last(String capability) {
        return capability.substring(capability.lastIndexOf('.') + 1);
    }
}
